// Tables of the carts: pages of places, and what is on them.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 12,
  name: 'carts',
  up(db) {
    db.exec(`
      CREATE TABLE cartPages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        position INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE carts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        pageId INTEGER NOT NULL REFERENCES cartPages (id) ON DELETE CASCADE,
        slot INTEGER NOT NULL CHECK (slot BETWEEN 1 AND 12),
        -- No foreign key: a cart whose track left the library stays in its place and says so.
        trackId INTEGER NOT NULL,
        label TEXT NOT NULL,
        colour TEXT NOT NULL,
        loops INTEGER NOT NULL,
        groupName TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('over', 'duck')),
        midiNote INTEGER
      ) STRICT;
      CREATE INDEX cartsByPlace ON carts (pageId, slot);
    `)
  },
}
