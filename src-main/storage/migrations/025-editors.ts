// Who edited a track, to tell the other one who had it open.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 25,
  name: 'editors',
  up(db) {
    db.exec("ALTER TABLE trackEdits ADD COLUMN editedBy TEXT NOT NULL DEFAULT ''")
  },
}
