// Tables of the room `storage`: secrets, encrypted by the cipher that is handed in.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 8,
  name: 'storage',
  up(db) {
    db.exec(`
      CREATE TABLE secrets (
        name TEXT PRIMARY KEY,
        sealed BLOB NOT NULL,
        hint TEXT NOT NULL,
        updatedAt INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
    `)
  },
}
