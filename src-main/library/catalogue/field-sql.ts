// Where each field of a track stands in the database. One list for rules, the search line and sorting.
import type { DatabaseSync } from 'node:sqlite'
import type { TrackField } from '@contract/track-fields'
import { fold } from './fold'
import type { wordColumns } from './track-row'

export interface FieldSource {
  /** Its value; null or an empty text where there is none. */
  sql: string
  /** The same, as an index has it: never null. */
  indexed?: string
  /** Text without case, accents and signs, as `fold` makes it. */
  folded?: string
  /** Column of an index that begins with the folded text and `end`. */
  key?: { sql: string; end: string }
  /** Column of trackWords its words are in. */
  words?: (typeof wordColumns)[number]
}

const beforeMark = (key: string) => `substr(${key}, 1, instr(${key}, char(1)) - 1)`
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
  composer: { sql: 't.composer', folded: 'folded(t.composer)', words: 'other' },
  label: { sql: 't.label', folded: 'folded(t.label)', words: 'other' },
  isrc: { sql: 't.isrc', folded: 'folded(t.isrc)', words: 'other' },
  language: { sql: 't.language', folded: 'folded(t.language)' },
  fileName: { sql: 't.fileName', folded: 'folded(t.fileName)', words: 'fileName' },
  folder: {
    sql: 'substr(t.path, 1, max(0, length(t.path) - length(t.fileName) - 1))',
    folded: 'folded(substr(t.path, 1, max(0, length(t.path) - length(t.fileName) - 1)))',
  },
  format: { sql: 't.format', folded: 'folded(t.format)' },
  kind: { sql: 't.kind', indexed: 't.kind' },
  state: { sql: "CASE WHEN t.missing = 1 THEN 'missing' ELSE t.state END" },
  key: { sql: 't.keyOrder', indexed: 'ifnull(t.keyOrder, -1)' },
  year: { sql: 't.year', indexed: 'ifnull(t.year, -1)' },
  rating: { sql: 't.rating', indexed: 'ifnull(t.rating, -1)' },
  bpm: { sql: 'ifnull(t.tempoByHand, t.tempoBpm)', indexed: 'ifnull(ifnull(t.tempoByHand, t.tempoBpm), -1)' },
  energy: { sql: 't.energy', indexed: 'ifnull(t.energy, -1)' },
  lufs: { sql: 't.lufs', indexed: 'ifnull(t.lufs, -1000)' },
  peak: { sql: 't.truePeakDbtp' },
  bitrate: { sql: 't.bitrateKbps' },
  sampleRate: { sql: 't.sampleRateHz' },
  channels: { sql: 't.channels' },
  plays: { sql: 't.playCount', indexed: 't.playCount' },
  duration: { sql: 't.durationSeconds', indexed: 't.durationSeconds' },
  added: { sql: 't.addedAt', indexed: 't.addedAt' },
  changed: { sql: 't.updatedAt' },
  played: { sql: 't.lastPlayedAt', indexed: 'ifnull(t.lastPlayedAt, 0)' },
  explicit: { sql: 't.explicit' },
  artwork: { sql: 't.artwork' },
}

/** @param key letters, digits and underscores, as the contract checks it */
export const customSql = (key: string): string => `ifnull(json_extract(t.custom, '$."${key}"'), '')`

/** Gives a connection the function `folded(text)` that statements over the fields need. Doing it twice is no harm. */
export function addFieldFunctions(db: DatabaseSync): void {
  db.function('folded', { deterministic: true }, (text) => (text === null ? '' : fold(String(text))))
}
