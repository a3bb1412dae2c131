// What a presenter presents, for listeners.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 14,
  name: 'source-clients',
  up(db) {
    db.exec("ALTER TABLE presenters ADD COLUMN show TEXT NOT NULL DEFAULT ''")
  },
}
