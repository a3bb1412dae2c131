// Tables of the room `drills`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 17,
  name: 'drills',
  up(db) {
    db.exec(`
      CREATE TABLE drillRuns (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        startedAt INTEGER NOT NULL,
        run TEXT NOT NULL
      ) STRICT;
    `)
  },
}
