// Tables of the room `playout`: the queue, what is on air, the log of what played.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 4,
  name: 'playout',
  up(db) {
    db.exec(`
      CREATE TABLE queueItems (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        position REAL NOT NULL,
        -- No foreign key: the room itself takes an item out when its track leaves the library, and says so.
        trackId INTEGER NOT NULL,
        source TEXT NOT NULL CHECK (source IN ('hand', 'rotation', 'fallback')),
        reason TEXT NOT NULL,
        -- The list it was drawn from, to give it back; 0 is all music.
        playlistId INTEGER,
        -- Set when it was interrupted: where it goes on.
        resumeAtSeconds REAL,
        addedAt INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX queueItemsInOrder ON queueItems (position, id);

      -- One row: what a start after a crash goes on from.
      CREATE TABLE airState (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        onAir INTEGER NOT NULL,
        since INTEGER NOT NULL,
        -- JSON of the running item; null when none of the queue is running.
        item TEXT,
        positionSeconds REAL,
        positionAt INTEGER
      ) STRICT;

      CREATE TABLE logEntries (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        trackId INTEGER,
        title TEXT NOT NULL,
        artist TEXT NOT NULL,
        album TEXT NOT NULL,
        kind TEXT NOT NULL,
        reason TEXT NOT NULL,
        joined TEXT NOT NULL,
        startedAt INTEGER NOT NULL,
        endedAt INTEGER,
        playedSeconds REAL,
        endReason TEXT CHECK (endReason IN ('end', 'skip', 'stop', 'failed', 'live')),
        listenersAtStart INTEGER,
        -- Title, artist, album and reason, folded for searching.
        words TEXT NOT NULL
      ) STRICT;
      CREATE INDEX logEntriesByStart ON logEntries (startedAt);
      CREATE INDEX logEntriesOpen ON logEntries (id) WHERE endedAt IS NULL;
      CREATE INDEX logEntriesByTrack ON logEntries (trackId, startedAt);
    `)
  },
}
