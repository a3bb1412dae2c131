// Tables of the room `playlists`: the lists, and how far each shuffle has come.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 3,
  name: 'playlists',
  up(db) {
    db.exec(`
      CREATE TABLE playlists (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        description TEXT NOT NULL DEFAULT '',
        role TEXT NOT NULL DEFAULT 'none' CHECK (role IN ('none', 'rotation', 'fallback')),
        weight INTEGER NOT NULL DEFAULT 1 CHECK (weight >= 1),
        createdAt INTEGER NOT NULL,
        updatedAt INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE playlistItems (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        playlistId INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
        trackId INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
        position REAL NOT NULL
      ) STRICT;
      CREATE INDEX playlistItemsInOrder ON playlistItems (playlistId, position, id);
      CREATE INDEX playlistItemsByTrack ON playlistItems (trackId, playlistId);

      -- One row for each list that is shuffled; playlistId 0 stands for all music of the library.
      CREATE TABLE shuffles (
        playlistId INTEGER PRIMARY KEY,
        round INTEGER NOT NULL DEFAULT 1,
        lastTrackId INTEGER,
        credit INTEGER NOT NULL DEFAULT 0
      ) STRICT;

      -- Still to play in round n is what was last drawn in round n - 1 (or never). Its place for the round to come is
      -- drawn by lot when it plays, so that a new round costs nothing.
      CREATE TABLE shuffleTracks (
        playlistId INTEGER NOT NULL,
        trackId INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
        drawnInRound INTEGER NOT NULL,
        place INTEGER NOT NULL,
        playable INTEGER NOT NULL,
        artistKey TEXT NOT NULL,
        PRIMARY KEY (playlistId, trackId)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX shuffleTracksInOrder ON shuffleTracks (playlistId, playable, drawnInRound, place, trackId, artistKey);
      CREATE INDEX shuffleTracksByTrack ON shuffleTracks (trackId);
    `)
  },
}
