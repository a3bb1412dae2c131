// When each list is drawn from, how far apart things are kept, and why each item was chosen.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 21,
  name: 'rotation',
  up(db) {
    db.exec(`
      CREATE TABLE rotationLists (
        playlistId INTEGER PRIMARY KEY REFERENCES playlists (id) ON DELETE CASCADE,
        rule TEXT NOT NULL DEFAULT 'standard' CHECK (rule IN ('atMinute', 'everySongs', 'everyMinutes', 'standard')),
        everySongs INTEGER,
        everyMinutes INTEGER,
        atMinute INTEGER,
        -- JSON: [{days, from, to}] in local times of the station's zone; empty is always.
        dayparts TEXT NOT NULL DEFAULT '[]'
      ) STRICT;

      -- One row: JSON of what was changed from the defaults.
      CREATE TABLE rotationRules (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        rules TEXT NOT NULL
      ) STRICT;

      -- JSON: how the draw came to this track.
      ALTER TABLE queueItems ADD COLUMN trace TEXT;

      -- The list an item was drawn from; 0 is all music.
      ALTER TABLE logEntries ADD COLUMN playlistId INTEGER;
      CREATE INDEX logEntriesByPlaylist ON logEntries (playlistId, startedAt) WHERE playlistId IS NOT NULL;
      -- Beside the log, so that looking through the log does not read it.
      CREATE TABLE logTraces (
        logId INTEGER PRIMARY KEY REFERENCES logEntries (id) ON DELETE CASCADE,
        trace TEXT NOT NULL
      ) STRICT;

      CREATE INDEX tracksByArtistKey ON tracks (artistKey);
    `)
  },
}
