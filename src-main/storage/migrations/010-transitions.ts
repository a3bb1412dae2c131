// Marks that hold for one join alone, and a crossfade of a playlist's own.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 10,
  name: 'transitions',
  up(db) {
    db.exec(`
      -- JSON of the marks for the join into this item, and the track they were set after: behind another one they mean nothing.
      ALTER TABLE queueItems ADD COLUMN joinMarks TEXT;
      ALTER TABLE queueItems ADD COLUMN joinAfterTrackId INTEGER;

      -- The longest overlap of its songs; null is the station's.
      ALTER TABLE playlists ADD COLUMN crossfadeSeconds REAL CHECK (crossfadeSeconds >= 0);
    `)
  },
}
