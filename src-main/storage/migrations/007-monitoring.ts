// Tables of the room `monitoring`: incidents.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 7,
  name: 'monitoring',
  up(db) {
    db.exec(`
      CREATE TABLE incidents (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        area TEXT NOT NULL,
        code TEXT NOT NULL,
        subject TEXT NOT NULL DEFAULT '',
        severity TEXT NOT NULL CHECK (severity IN ('notice', 'degraded', 'fatal')),
        cause TEXT NOT NULL,
        effect TEXT NOT NULL,
        recoveryKind TEXT NOT NULL CHECK (recoveryKind IN ('retry', 'fallback', 'operator', 'none')),
        retryAt INTEGER,
        action TEXT,
        count INTEGER NOT NULL,
        firstAt INTEGER NOT NULL,
        lastAt INTEGER NOT NULL,
        resolvedAt INTEGER
      ) STRICT;
      CREATE INDEX incidentsByTime ON incidents(lastAt);
      CREATE UNIQUE INDEX openIncidents ON incidents(area, code, subject) WHERE resolvedAt IS NULL;
    `)
  },
}
