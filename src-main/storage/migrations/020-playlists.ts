// Notes and weights of items, smart lists, folders of playlists, their public pages, and imports with what they did not find.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 20,
  name: 'playlists',
  up(db) {
    db.exec(`
      CREATE TABLE playlistFolders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        parentId INTEGER REFERENCES playlistFolders (id) ON DELETE CASCADE,
        createdAt INTEGER NOT NULL,
        updatedAt INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX playlistFoldersByParent ON playlistFolders (parentId);

      ALTER TABLE playlists ADD COLUMN kind TEXT NOT NULL DEFAULT 'manual' CHECK (kind IN ('manual', 'smart'));
      -- JSON of rules, limit and order; null for a list by hand.
      ALTER TABLE playlists ADD COLUMN smart TEXT;
      ALTER TABLE playlists ADD COLUMN evaluatedAt INTEGER;
      ALTER TABLE playlists ADD COLUMN problem TEXT;
      ALTER TABLE playlists ADD COLUMN folderId INTEGER REFERENCES playlistFolders (id) ON DELETE SET NULL;
      -- Deleted, with items that are still being taken away.
      ALTER TABLE playlists ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX playlistItemsById ON playlistItems (playlistId, id);
      CREATE INDEX playlistsByFolder ON playlists (folderId);

      ALTER TABLE playlistItems ADD COLUMN note TEXT NOT NULL DEFAULT '';
      -- How often an item is chosen within its list, against the others.
      ALTER TABLE playlistItems ADD COLUMN weight INTEGER NOT NULL DEFAULT 1;

      CREATE TABLE playlistShares (
        playlistId INTEGER PRIMARY KEY REFERENCES playlists (id) ON DELETE CASCADE,
        token TEXT NOT NULL UNIQUE,
        createdAt INTEGER NOT NULL,
        expiresAt INTEGER
      ) STRICT;

      CREATE TABLE playlistImports (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        playlistId INTEGER,
        state TEXT NOT NULL,
        startedAt INTEGER NOT NULL,
        -- JSON of everything that is told about it.
        import TEXT NOT NULL
      ) STRICT;
      CREATE TABLE playlistImportLines (
        importId INTEGER NOT NULL REFERENCES playlistImports (id) ON DELETE CASCADE,
        -- Which entry of the file, from 1 on; several may stand on one line.
        entry INTEGER NOT NULL,
        line INTEGER NOT NULL,
        text TEXT NOT NULL,
        reason TEXT NOT NULL,
        why TEXT NOT NULL,
        -- JSON: ids of tracks.
        candidates TEXT NOT NULL DEFAULT '[]',
        PRIMARY KEY (importId, entry)
      ) STRICT, WITHOUT ROWID;
    `)
  },
}
