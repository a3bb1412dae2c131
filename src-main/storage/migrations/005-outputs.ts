// Tables of the room `outputs`: destinations and what happened to them. Their keys are among the secrets.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 5,
  name: 'outputs',
  up(db) {
    db.exec(`
      CREATE TABLE destinations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        serverUrl TEXT NOT NULL,
        video TEXT NOT NULL,
        audioBitrateKbps INTEGER NOT NULL,
        format TEXT NOT NULL,
        wanted INTEGER NOT NULL DEFAULT 0,
        createdAt INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE destination_history (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        destinationId INTEGER NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        state TEXT NOT NULL,
        message TEXT
      ) STRICT;
      CREATE INDEX destination_history_of ON destination_history (destinationId, id DESC);
    `)
  },
}
