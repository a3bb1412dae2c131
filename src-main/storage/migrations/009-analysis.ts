// Tempo, key, energy, endings and more of what the room `library` finds in a track.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 9,
  name: 'analysis',
  up(db) {
    db.exec(`
      ALTER TABLE analyses ADD COLUMN introEndSeconds REAL;
      ALTER TABLE analyses ADD COLUMN fadeInSeconds REAL;
      ALTER TABLE analyses ADD COLUMN fadeOutSeconds REAL;
      ALTER TABLE analyses ADD COLUMN ending TEXT;
      ALTER TABLE analyses ADD COLUMN silences TEXT NOT NULL DEFAULT '[]';
      ALTER TABLE analyses ADD COLUMN tempoBpm REAL;
      ALTER TABLE analyses ADD COLUMN tempoConfidence REAL NOT NULL DEFAULT 0;
      -- 0 to 11 major from C on, 12 to 23 minor.
      ALTER TABLE analyses ADD COLUMN musicalKey INTEGER;
      ALTER TABLE analyses ADD COLUMN keyConfidence REAL NOT NULL DEFAULT 0;
      ALTER TABLE analyses ADD COLUMN energy REAL;
      ALTER TABLE analyses ADD COLUMN momentary BLOB;
      ALTER TABLE analyses ADD COLUMN gainTag TEXT;

      -- Beside the analysis, so that a list of tracks can be sorted by them.
      ALTER TABLE tracks ADD COLUMN tempoBpm REAL;
      ALTER TABLE tracks ADD COLUMN tempoByHand REAL;
      -- Round the Camelot wheel: neighbours fit each other.
      ALTER TABLE tracks ADD COLUMN keyOrder INTEGER;
      ALTER TABLE tracks ADD COLUMN energy REAL;
      CREATE INDEX tracksByTempo ON tracks (ifnull(ifnull(tempoByHand, tempoBpm), -1), id);
      CREATE INDEX tracksByKey ON tracks (ifnull(keyOrder, -1), id);
      CREATE INDEX tracksByEnergy ON tracks (ifnull(energy, -1), id);
    `)
  },
}
