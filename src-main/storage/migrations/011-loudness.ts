// Table of the room `playout`: how loud the program was, hour by hour.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 11,
  name: 'loudness',
  up(db) {
    // The histograms are little-endian counts of 16 bits in steps of 0.1 LU from -70 LUFS on; minutes are 60 floats, LUFS.
    db.exec(`
      CREATE TABLE loudnessHours (
        startsAt INTEGER PRIMARY KEY,
        seconds INTEGER NOT NULL,
        targetLufs REAL NOT NULL,
        ceilingDbtp REAL NOT NULL,
        maxTruePeakDbtp REAL NOT NULL,
        maxShortTermLufs REAL NOT NULL,
        momentary BLOB NOT NULL,
        shortTerm BLOB NOT NULL,
        minutes BLOB NOT NULL
      ) STRICT;
    `)
  },
}
