// What a music director keeps about a track besides what its sound says, and what the search looks through.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 18,
  name: 'catalogue',
  up(db) {
    db.exec(`
      ALTER TABLE tracks ADD COLUMN comment TEXT NOT NULL DEFAULT '';
      ALTER TABLE tracks ADD COLUMN composer TEXT NOT NULL DEFAULT '';
      ALTER TABLE tracks ADD COLUMN label TEXT NOT NULL DEFAULT '';
      ALTER TABLE tracks ADD COLUMN isrc TEXT NOT NULL DEFAULT '';
      ALTER TABLE tracks ADD COLUMN language TEXT NOT NULL DEFAULT '';
      -- 1 to 5 stars.
      ALTER TABLE tracks ADD COLUMN rating INTEGER;
      ALTER TABLE tracks ADD COLUMN explicit INTEGER NOT NULL DEFAULT 0;
      -- JSON: a list of words; and the values of the station's own fields by their keys.
      ALTER TABLE tracks ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE tracks ADD COLUMN custom TEXT NOT NULL DEFAULT '{}';
      -- Grows with each edit: whoever edits what has changed meanwhile is told.
      ALTER TABLE tracks ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
      -- Which way its words were folded when they were indexed; the library indexes older ones anew.
      ALTER TABLE tracks ADD COLUMN wordsVersion INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX tracksToIndex ON tracks (wordsVersion, id);
      CREATE INDEX tracksByRating ON tracks (ifnull(rating, -1), id);
      CREATE INDEX tracksByHash ON tracks (contentHash) WHERE contentHash IS NOT NULL;

      -- A column for each field that can be asked for by its name. Filled by the library.
      DROP TABLE trackWords;
      CREATE VIRTUAL TABLE trackWords USING fts5(title, artist, album, genre, tag, comment, fileName, other,
        content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='1 2 3');

      CREATE TABLE customFields (
        key TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        type TEXT NOT NULL CHECK (type IN ('text', 'number', 'date', 'flag')),
        addedAt INTEGER NOT NULL
      ) STRICT;

      -- JSON: search, filters, sort, columns.
      CREATE TABLE savedViews (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        view TEXT NOT NULL,
        createdAt INTEGER NOT NULL,
        updatedAt INTEGER NOT NULL
      ) STRICT;
    `)
  },
}
