// A column of words for each field of text that can be asked for by its name, and indexes for what tracks are filtered by.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 23,
  name: 'search',
  up(db) {
    db.exec(`
      -- Filled by the library: the words are of a newer version than those of the table before.
      DROP TABLE trackWords;
      CREATE VIRTUAL TABLE trackWords USING fts5(title, artist, album, genre, tag, comment, fileName, composer, label, isrc,
        custom, language, format, folder, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0', prefix='1 2 3');

      CREATE INDEX tracksByChange ON tracks (updatedAt, id);
      CREATE INDEX tracksByPeak ON tracks (ifnull(truePeakDbtp, -1000), id);
      CREATE INDEX tracksByBitrate ON tracks (ifnull(bitrateKbps, -1), id);
      CREATE INDEX tracksBySampleRate ON tracks (ifnull(sampleRateHz, -1), id);
      CREATE INDEX tracksByChannels ON tracks (ifnull(channels, -1), id);
      CREATE INDEX tracksByLabel ON tracks (label COLLATE NOCASE, id);
      CREATE INDEX tracksByComposer ON tracks (composer COLLATE NOCASE, id);
      CREATE INDEX tracksByLanguage ON tracks (language COLLATE NOCASE, id);
      CREATE INDEX tracksByFormat ON tracks (format COLLATE NOCASE, id);
      CREATE INDEX tracksExplicit ON tracks (id) WHERE explicit = 1;
      CREATE INDEX tracksWithArtwork ON tracks (id) WHERE artwork IS NOT NULL;

      -- What a list of tracks shows of their analyses, without walking past the waveforms.
      CREATE INDEX analysesInShort ON analyses (contentHash, cueInSeconds, startNextSeconds, cueOutSeconds, introEndSeconds,
        fadeInSeconds, fadeOutSeconds, ending, tempoConfidence, musicalKey, keyConfidence);
    `)
  },
}
