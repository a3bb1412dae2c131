// Tables of the room `live`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 6,
  name: 'live',
  up(db) {
    db.exec(`
      CREATE TABLE presenters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        nameKey TEXT NOT NULL UNIQUE,
        keyHash TEXT NOT NULL UNIQUE,
        keyHint TEXT NOT NULL,
        enabled INTEGER NOT NULL DEFAULT 1,
        autoAir INTEGER NOT NULL DEFAULT 0,
        mode TEXT NOT NULL DEFAULT 'full' CHECK (mode IN ('full', 'talkover')),
        createdAt INTEGER NOT NULL,
        lastSeenAt INTEGER
      ) STRICT;

      CREATE TABLE liveTakes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        presenterId INTEGER REFERENCES presenters(id) ON DELETE SET NULL,
        presenter TEXT NOT NULL,
        sourceId TEXT NOT NULL,
        mode TEXT NOT NULL CHECK (mode IN ('full', 'talkover')),
        automatic INTEGER NOT NULL,
        takenAt INTEGER NOT NULL,
        endedAt INTEGER,
        endReason TEXT
      ) STRICT;
      CREATE INDEX liveTakesByTime ON liveTakes(takenAt);
    `)
  },
}
