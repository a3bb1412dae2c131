// Tables of the room `library`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 2,
  name: 'library',
  up(db) {
    db.exec(`
      CREATE TABLE folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL DEFAULT 'present',
        addedAt INTEGER NOT NULL,
        lastScanAt INTEGER
      ) STRICT;

      CREATE TABLE tracks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        fileName TEXT NOT NULL,
        folderId INTEGER REFERENCES folders (id) ON DELETE SET NULL,
        managed INTEGER NOT NULL DEFAULT 0,
        sizeBytes INTEGER NOT NULL,
        fileModifiedAt INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        contentHash TEXT,
        format TEXT NOT NULL,
        bitrateKbps REAL,
        sampleRateHz REAL,
        channels INTEGER,
        title TEXT NOT NULL,
        artist TEXT NOT NULL,
        artists TEXT NOT NULL,
        album TEXT NOT NULL,
        genre TEXT NOT NULL,
        year INTEGER,
        trackNumber INTEGER,
        titleKey TEXT NOT NULL,
        artistKey TEXT NOT NULL,
        artistOrder TEXT NOT NULL DEFAULT '',
        albumKey TEXT NOT NULL,
        genreKey TEXT NOT NULL,
        fileNameKey TEXT NOT NULL,
        editedFields TEXT NOT NULL DEFAULT '[]',
        kind TEXT NOT NULL DEFAULT 'music',
        state TEXT NOT NULL DEFAULT 'pending',
        missing INTEGER NOT NULL DEFAULT 0,
        problem TEXT,
        failureCount INTEGER NOT NULL DEFAULT 0,
        durationSeconds REAL NOT NULL,
        durationIsExact INTEGER NOT NULL DEFAULT 0,
        lufs REAL,
        truePeakDbtp REAL,
        analyserVersion INTEGER NOT NULL DEFAULT 0,
        cueInSeconds REAL,
        introEndSeconds REAL,
        startNextSeconds REAL,
        cueOutSeconds REAL,
        fadeInSeconds REAL,
        fadeOutSeconds REAL,
        gainDb REAL,
        quietByDesign INTEGER NOT NULL DEFAULT 0,
        artwork TEXT,
        playCount INTEGER NOT NULL DEFAULT 0,
        lastPlayedAt INTEGER,
        addedAt INTEGER NOT NULL,
        updatedAt INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX tracksByTitle ON tracks (titleKey, id);
      CREATE INDEX tracksByArtist ON tracks (artistOrder, id);
      CREATE INDEX tracksByAlbum ON tracks (albumKey, id);
      CREATE INDEX tracksByGenre ON tracks (genreKey, id);
      CREATE INDEX tracksByFileName ON tracks (fileNameKey, id);
      CREATE INDEX tracksByYear ON tracks (ifnull(year, -1), id);
      CREATE INDEX tracksByDuration ON tracks (durationSeconds, id);
      CREATE INDEX tracksByLoudness ON tracks (ifnull(lufs, -1000), id);
      CREATE INDEX tracksByAdded ON tracks (addedAt, id);
      CREATE INDEX tracksByPlayed ON tracks (ifnull(lastPlayedAt, 0), id);
      CREATE INDEX tracksByPlays ON tracks (playCount, id);
      CREATE INDEX tracksByKind ON tracks (kind, id);
      CREATE INDEX tracksByFolder ON tracks (folderId, id);
      CREATE INDEX tracksByFingerprint ON tracks (fingerprint);
      CREATE INDEX tracksToAnalyse ON tracks (analyserVersion, id) WHERE missing = 0 AND state <> 'failed';
      CREATE INDEX tracksByState ON tracks (missing, state);

      -- Words of each track, folded by the library before they come here; rowid is the track's id.
      CREATE VIRTUAL TABLE trackWords USING fts5(words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='2 3');

      CREATE TABLE analyses (
        contentHash TEXT PRIMARY KEY,
        analyserVersion INTEGER NOT NULL,
        analysedAt INTEGER NOT NULL,
        durationSeconds REAL NOT NULL,
        sampleRateHz INTEGER NOT NULL,
        channels INTEGER NOT NULL,
        lufs REAL,
        loudnessRangeLu REAL,
        truePeakDbtp REAL,
        cueInSeconds REAL NOT NULL,
        startNextSeconds REAL NOT NULL,
        cueOutSeconds REAL NOT NULL,
        overview BLOB NOT NULL,
        peaks BLOB NOT NULL,
        peaksPerSecond REAL NOT NULL
      ) STRICT;

      -- Files that are not in the library, with the reason; an unchanged one is not read again.
      CREATE TABLE failedFiles (
        path TEXT PRIMARY KEY,
        folderId INTEGER REFERENCES folders (id) ON DELETE CASCADE,
        sizeBytes INTEGER NOT NULL,
        fileModifiedAt INTEGER NOT NULL,
        why TEXT NOT NULL,
        failedAt INTEGER NOT NULL,
        -- Taken out of the library by hand, not failed.
        removed INTEGER NOT NULL DEFAULT 0
      ) STRICT;

      CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        startedAt INTEGER NOT NULL,
        job TEXT NOT NULL
      ) STRICT;
      CREATE INDEX jobsByStart ON jobs (startedAt);
    `)
  },
}
