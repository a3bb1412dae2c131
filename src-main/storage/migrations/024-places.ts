// Words of a track and words of where it lies are apart, so that a search without a field's name need not tell columns apart.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 24,
  name: 'places',
  up(db) {
    const index = (name: string, columns: string) =>
      `CREATE VIRTUAL TABLE ${name} USING fts5(${columns}, content='', contentless_delete=1,
        tokenize='unicode61 remove_diacritics 0', prefix='1 2 3');`
    db.exec(`
      -- Filled by the library: the words are of a newer version than those of the table before.
      DROP TABLE trackWords;
      ${index('trackWords', 'title, artist, album, genre, tag, comment, fileName, composer, label, isrc, custom')}
      ${index('trackPlaces', 'language, format, folder')}
    `)
  },
}
