// Tables of the room `access`: people, sessions, API keys, the audit log.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 1,
  name: 'access',
  up(db) {
    db.exec(`
      CREATE TABLE people (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        nameKey TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('owner', 'programmer', 'presenter', 'viewer')),
        passwordHash TEXT NOT NULL,
        createdAt INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE sessions (
        tokenHash TEXT PRIMARY KEY,
        personId INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        createdAt INTEGER NOT NULL,
        lastUsedAt INTEGER NOT NULL,
        expiresAt INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX sessionsByPerson ON sessions(personId);

      CREATE TABLE apiKeys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('owner', 'programmer', 'presenter', 'viewer')),
        keyHash TEXT NOT NULL UNIQUE,
        hint TEXT NOT NULL,
        createdAt INTEGER NOT NULL,
        lastUsedAt INTEGER
      ) STRICT;

      CREATE TABLE auditEntries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        personId INTEGER,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        address TEXT,
        details TEXT
      ) STRICT;
      CREATE INDEX auditEntriesByTime ON auditEntries(at);
    `)
  },
}
