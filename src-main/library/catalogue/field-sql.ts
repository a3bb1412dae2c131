// Where each field of a track stands in the database. One list for rules, the search line and sorting.
import type { DatabaseSync } from 'node:sqlite'
import type { TrackField } from '@contract/track-fields'
import { fold } from './fold'
import type { WordColumn } from './track-row'

export interface FieldSource {
  /** Its value; null or an empty text where there is none. */
  sql: string
  /** The same, as an index has it, with a number below all others where there is none. */
  indexed?: { sql: string; none: number | null }
  /** Text without case, accents and signs, as `fold` makes it. */
  folded?: string
  /** Column of an index that begins with the folded text and `end`. */
  key?: { sql: string; end: string }
  /** Where its words are. */
  words?: WordColumn
}

const beforeMark = (key: string) => `substr(${key}, 1, instr(${key}, char(1)) - 1)`
/** @param none what stands for "no value" in its index; null where there is always one */
const figure = (sql: string, none: number | null): FieldSource => ({
  sql,
  indexed: { sql: none === null ? sql : `ifnull(${sql}, ${none})`, none },
})
const markEnd = '\u0001'

export const fieldSources: Record<TrackField, FieldSource> = {
  title: { sql: 't.title', folded: 't.titleKey', key: { sql: 't.titleKey', end: '' }, words: 'title' },
  artist: { sql: 't.artist', folded: 't.artistKey', key: { sql: 't.artistOrder', end: markEnd }, words: 'artist' },
  album: {
    ...{ sql: 't.album', folded: beforeMark('t.albumKey'), key: { sql: 't.albumKey', end: markEnd } },
    words: 'album',
  },
  genre: {
    ...{ sql: 't.genre', folded: beforeMark('t.genreKey'), key: { sql: 't.genreKey', end: markEnd } },
    words: 'genre',
  },
  tag: { sql: 't.tags', words: 'tag' },
  comment: { sql: 't.comment', folded: 'folded(t.comment)', words: 'comment' },
  composer: { sql: 't.composer', folded: 'folded(t.composer)', words: 'composer' },
  label: { sql: 't.label', folded: 'folded(t.label)', words: 'label' },
  isrc: { sql: 't.isrc', folded: 'folded(t.isrc)', words: 'isrc' },
  language: { sql: 't.language', folded: 'folded(t.language)', words: 'language' },
  fileName: { sql: 't.fileName', folded: 'folded(t.fileName)', words: 'fileName' },
  folder: {
    sql: 'substr(t.path, 1, max(0, length(t.path) - length(t.fileName) - 1))',
    folded: 'folded(substr(t.path, 1, max(0, length(t.path) - length(t.fileName) - 1)))',
    words: 'folder',
  },
  format: { sql: 't.format', folded: 'folded(t.format)', words: 'format' },
  kind: figure('t.kind', null),
  state: { sql: "CASE WHEN t.missing = 1 THEN 'missing' ELSE t.state END" },
  key: figure('t.keyOrder', -1),
  year: figure('t.year', -1),
  rating: figure('t.rating', -1),
  bpm: figure('ifnull(t.tempoByHand, t.tempoBpm)', -1),
  energy: figure('t.energy', -1),
  lufs: figure('t.lufs', -1000),
  peak: figure('t.truePeakDbtp', -1000),
  bitrate: figure('t.bitrateKbps', -1),
  sampleRate: figure('t.sampleRateHz', -1),
  channels: figure('t.channels', -1),
  plays: figure('t.playCount', null),
  duration: figure('t.durationSeconds', null),
  added: figure('t.addedAt', null),
  changed: figure('t.updatedAt', null),
  played: figure('t.lastPlayedAt', 0),
  explicit: { sql: 't.explicit' },
  artwork: { sql: 't.artwork' },
}

/** @param key letters, digits and underscores, as the contract checks it */
export const customSql = (key: string): string => `ifnull(json_extract(t.custom, '$."${key}"'), '')`

/** Gives a connection the function `folded(text)` that statements over the fields need. Doing it twice is no harm. */
export function addFieldFunctions(db: DatabaseSync): void {
  db.function('folded', { deterministic: true }, (text) => (text === null ? '' : fold(String(text))))
}
