// Invitations of guests, for the room `live`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 13,
  name: 'guest links',
  up(db) {
    db.exec(`
      CREATE TABLE guestLinks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        invitedBy TEXT NOT NULL,
        tokenHash TEXT NOT NULL UNIQUE,
        tokenHint TEXT NOT NULL,
        createdAt INTEGER NOT NULL,
        expiresAt INTEGER NOT NULL,
        revokedAt INTEGER,
        lastJoinedAt INTEGER
      ) STRICT;
    `)
  },
}
