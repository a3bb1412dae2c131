// Beside each entry of the log: rights as they were known when it aired, who heard it, and what was corrected since.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 22,
  name: 'rights',
  up(db) {
    db.exec(`
      CREATE TABLE logRights (
        logId INTEGER PRIMARY KEY REFERENCES logEntries (id) ON DELETE CASCADE,
        isrc TEXT NOT NULL DEFAULT '',
        label TEXT NOT NULL DEFAULT '',
        composer TEXT NOT NULL DEFAULT '',
        genre TEXT NOT NULL DEFAULT '',
        year INTEGER,
        excluded INTEGER NOT NULL DEFAULT 0,
        byHand INTEGER NOT NULL DEFAULT 0,
        -- Its last listener has heard it: the audience is final.
        settled INTEGER NOT NULL DEFAULT 0,
        -- Null where nobody counted: the station was off, or this version of it was not yet there.
        listeners INTEGER,
        listenerSeconds REAL
      ) STRICT;

      CREATE TABLE logAudience (
        logId INTEGER NOT NULL REFERENCES logEntries (id) ON DELETE CASCADE,
        output TEXT NOT NULL,
        heardAt INTEGER NOT NULL,
        atStart INTEGER NOT NULL,
        listeners INTEGER NOT NULL,
        listenerSeconds REAL NOT NULL,
        PRIMARY KEY (logId, output)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE logCorrections (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        logId INTEGER NOT NULL REFERENCES logEntries (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        byWhom TEXT NOT NULL,
        field TEXT NOT NULL,
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        note TEXT NOT NULL
      ) STRICT;
      CREATE INDEX logCorrectionsByEntry ON logCorrections (logId, id);

      CREATE TABLE reportTemplates (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        -- JSON: columns, separator, kinds.
        template TEXT NOT NULL
      ) STRICT;
    `)
  },
}
