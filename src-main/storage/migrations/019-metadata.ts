// What was changed about tracks, by whom it may be taken back; and files whose tags are being written.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 19,
  name: 'metadata',
  up(db) {
    db.exec(`
      -- One row for each edit of a track: what stood in its columns before and after.
      CREATE TABLE trackEdits (
        trackId INTEGER NOT NULL REFERENCES tracks (id) ON DELETE CASCADE,
        -- That the track had afterwards.
        revision INTEGER NOT NULL,
        editedAt INTEGER NOT NULL,
        batchId INTEGER,
        -- JSON: {column: [before, after]}.
        changes TEXT NOT NULL,
        PRIMARY KEY (trackId, revision)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX trackEditsByBatch ON trackEdits (batchId, trackId) WHERE batchId IS NOT NULL;
      CREATE INDEX trackEditsByTime ON trackEdits (editedAt);

      -- Many tracks edited at once, by hand or from a table.
      CREATE TABLE editBatches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL CHECK (source IN ('edit', 'csv', 'undo')),
        label TEXT NOT NULL,
        jobId TEXT NOT NULL,
        startedAt INTEGER NOT NULL,
        endedAt INTEGER,
        changed INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        undoneAt INTEGER,
        -- Of those that were taken back: how many kept what was written later.
        keptLater INTEGER NOT NULL DEFAULT 0
      ) STRICT;

      -- Files under way: what is left of them after a crash is put in order at the next start.
      CREATE TABLE tagWrites (
        temporaryPath TEXT PRIMARY KEY,
        trackId INTEGER NOT NULL,
        path TEXT NOT NULL,
        sizeBytes INTEGER NOT NULL,
        fileModifiedAt INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        contentHash TEXT NOT NULL
      ) STRICT;

      CREATE INDEX tracksByIsrc ON tracks (isrc) WHERE isrc <> '';
    `)
  },
}
