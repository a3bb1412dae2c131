// Tables of the recorder: segments of the program, markers, live shows, and files cut out of the recording.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 16,
  name: 'recorder',
  up(db) {
    db.exec(`
      CREATE TABLE recordingSegments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        -- Relative to the folder of recordings.
        path TEXT NOT NULL UNIQUE,
        -- Frames of the program count from the start of the station: which start it was.
        run INTEGER NOT NULL,
        startFrame INTEGER NOT NULL,
        startedAt REAL NOT NULL,
        frames INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        closed INTEGER NOT NULL DEFAULT 0,
        -- Recorded for a live show alone: it goes once the show's file is there.
        forShow INTEGER NOT NULL DEFAULT 0,
        -- Peak and mean of each tenth of a second, a byte each; null until known.
        levels BLOB
      ) STRICT;
      CREATE INDEX recordingSegmentsByTime ON recordingSegments (startedAt);

      CREATE TABLE recordingMarkers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('track', 'jingle', 'cart', 'live', 'air', 'incident')),
        title TEXT NOT NULL,
        artist TEXT NOT NULL DEFAULT '',
        startedAt INTEGER NOT NULL,
        endedAt INTEGER
      ) STRICT;
      CREATE INDEX recordingMarkersByTime ON recordingMarkers (startedAt);
      CREATE INDEX recordingMarkersOpen ON recordingMarkers (id) WHERE endedAt IS NULL;

      CREATE TABLE recordingFiles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL CHECK (kind IN ('export', 'clip', 'show')),
        state TEXT NOT NULL CHECK (state IN ('recording', 'waiting', 'running', 'done', 'failed', 'cancelled')),
        title TEXT NOT NULL,
        artist TEXT NOT NULL,
        comment TEXT NOT NULL,
        format TEXT NOT NULL,
        fromAt INTEGER NOT NULL,
        toAt INTEGER,
        -- Of a show that goes on: when it was last heard.
        heardAt INTEGER,
        seconds REAL,
        gapSeconds REAL NOT NULL DEFAULT 0,
        bytes INTEGER,
        path TEXT NOT NULL DEFAULT '',
        message TEXT,
        createdAt INTEGER NOT NULL
      ) STRICT;
    `)
  },
}
