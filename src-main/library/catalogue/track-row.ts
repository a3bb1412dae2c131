// A track as the database holds it, and as the contract shows it.
import type { Track, TrackKind, trackStates } from '@contract/library'
import type { TrackFacts } from '../tags/read-track'
import { fold } from './fold'
import { camelotOf, keyName } from './key-names'

export type CueName = (typeof cueNames)[number]
export const cueNames = [
  'cueInSeconds',
  'introEndSeconds',
  'startNextSeconds',
  'cueOutSeconds',
  'fadeInSeconds',
  'fadeOutSeconds',
] as const

export type TrackState = (typeof trackStates)[number]

/** The columns of an analysis, by what they are called beside a track. */
const measuredColumns: Record<keyof MeasuredRow, string> = {
  measuredCueIn: 'cueInSeconds',
  measuredStartNext: 'startNextSeconds',
  measuredCueOut: 'cueOutSeconds',
  measuredIntroEnd: 'introEndSeconds',
  measuredFadeIn: 'fadeInSeconds',
  measuredFadeOut: 'fadeOutSeconds',
  ending: 'ending',
  tempoConfidence: 'tempoConfidence',
  musicalKey: 'musicalKey',
  keyConfidence: 'keyConfidence',
}

/** From the analysis of the file's content. */
interface MeasuredRow {
  measuredCueIn: number | null
  measuredStartNext: number | null
  measuredCueOut: number | null
  measuredIntroEnd: number | null
  measuredFadeIn: number | null
  measuredFadeOut: number | null
  ending: Track['ending']
  tempoConfidence: number | null
  musicalKey: number | null
  keyConfidence: number | null
}

/** Columns as they are. */
export interface TrackRow extends Record<CueName, number | null>, MeasuredRow {
  id: number
  path: string
  fileName: string
  folderId: number | null
  managed: number
  sizeBytes: number
  fileModifiedAt: number
  fingerprint: string
  contentHash: string | null
  format: string
  bitrateKbps: number | null
  sampleRateHz: number | null
  channels: number | null
  title: string
  artist: string
  artists: string
  album: string
  genre: string
  year: number | null
  trackNumber: number | null
  comment: string
  composer: string
  label: string
  isrc: string
  language: string
  rating: number | null
  explicit: number
  /** JSON: a list of words. */
  tags: string
  /** JSON: values by the keys of the station's own fields. */
  custom: string
  revision: number
  editedFields: string
  kind: TrackKind
  state: Exclude<TrackState, 'missing'>
  missing: number
  problem: string | null
  failureCount: number
  durationSeconds: number
  durationIsExact: number
  lufs: number | null
  truePeakDbtp: number | null
  tempoBpm: number | null
  tempoByHand: number | null
  energy: number | null
  analyserVersion: number
  gainDb: number | null
  quietByDesign: number
  artwork: string | null
  playCount: number
  lastPlayedAt: number | null
  addedAt: number
  updatedAt: number
}

/** The index spares walking past each analysis's waveforms, which are ten times as long as all the rest. */
const selectOf = (columns: string) => `SELECT ${columns}, ${Object.entries(measuredColumns)
  .map(([name, column]) => `a.${column} AS ${name}`)
  .join(', ')}
  FROM tracks t LEFT JOIN analyses a INDEXED BY analysesInShort ON a.contentHash = t.contentHash`

export const trackSelect = selectOf('t.*')

const shownColumns = [
  ...(['id', 'title', 'artist', 'album', 'genre', 'year', 'trackNumber', 'comment', 'composer', 'label'] as const),
  ...(['isrc', 'language', 'rating', 'explicit', 'tags', 'custom', 'revision', 'kind', 'state', 'missing'] as const),
  ...(['problem', 'path', 'fileName', 'format', 'bitrateKbps', 'sampleRateHz', 'channels', 'sizeBytes'] as const),
  ...(['durationSeconds', 'lufs', 'truePeakDbtp', 'tempoBpm', 'tempoByHand', 'energy', 'gainDb'] as const),
  ...(['quietByDesign', 'artwork', 'playCount', 'lastPlayedAt', 'addedAt', 'updatedAt', ...cueNames] as const),
]

/** What a track shows: half of its columns, read in half of the time. */
export type ShownRow = Pick<TrackRow, (typeof shownColumns)[number] | keyof MeasuredRow>
export const shownSelect = selectOf(shownColumns.map((name) => `t.${name}`).join(', '))
const shownNames = [...shownColumns, ...Object.keys(measuredColumns)]

/** @param values of a statement that gives arrays: with names put to them here, a page is read in two thirds of the time */
export function shownRow(values: unknown[]): ShownRow {
  const row: Record<string, unknown> = {}
  for (let at = 0; at < shownNames.length; at++) row[shownNames[at] as string] = values[at]
  return row as unknown as ShownRow
}

export const stateOf = (row: Pick<TrackRow, 'state' | 'missing'>): TrackState => (row.missing ? 'missing' : row.state)

/** The fades are those of the recording itself. */
export const measuredCues = (row: MeasuredRow): Track['cues'] => ({
  cueInSeconds: row.measuredCueIn,
  introEndSeconds: row.measuredIntroEnd,
  startNextSeconds: row.measuredStartNext,
  cueOutSeconds: row.measuredCueOut,
  fadeInSeconds: row.measuredFadeIn,
  fadeOutSeconds: row.measuredFadeOut,
})

type CueRow = Pick<TrackRow, CueName | keyof MeasuredRow>

/** Set by hand where they are, else from analysis; a measured point never lies outside those set by hand. */
export function cuesInForce(row: CueRow): Track['cues'] {
  const cueInSeconds = row.cueInSeconds ?? row.measuredCueIn
  const cueOutSeconds = row.cueOutSeconds ?? row.measuredCueOut
  const within = (byHand: number | null, measured: number | null): number | null => {
    if (byHand !== null || measured === null) return byHand
    const least = Math.max(measured, cueInSeconds ?? 0)
    return Math.min(least, cueOutSeconds ?? least)
  }
  return {
    cueInSeconds,
    introEndSeconds: within(row.introEndSeconds, row.measuredIntroEnd),
    startNextSeconds: within(row.startNextSeconds, row.measuredStartNext),
    cueOutSeconds,
    // What the recording does itself is not done to it again.
    fadeInSeconds: row.fadeInSeconds,
    fadeOutSeconds: row.fadeOutSeconds,
  }
}

export function toTrack(row: ShownRow): Track {
  return {
    id: row.id,
    title: row.title,
    artist: row.artist,
    album: row.album,
    genre: row.genre,
    year: row.year,
    trackNumber: row.trackNumber,
    comment: row.comment,
    composer: row.composer,
    label: row.label,
    isrc: row.isrc,
    language: row.language,
    rating: row.rating,
    explicit: row.explicit === 1,
    tags: row.tags === '[]' ? [] : (JSON.parse(row.tags) as string[]),
    custom: row.custom === '{}' ? {} : (JSON.parse(row.custom) as Record<string, string>),
    revision: row.revision,
    kind: row.kind,
    state: stateOf(row),
    problem: row.missing ? 'The file is not where it was.' : row.problem,
    path: row.path,
    fileName: row.fileName,
    format: row.format,
    bitrateKbps: row.bitrateKbps,
    sampleRateHz: row.sampleRateHz,
    channels: row.channels,
    sizeBytes: row.sizeBytes,
    durationSeconds: row.durationSeconds,
    lufs: row.lufs,
    truePeakDbtp: row.truePeakDbtp,
    cues: cuesInForce(row),
    introEndIsEstimate: row.introEndSeconds === null && row.measuredIntroEnd !== null,
    ending: row.ending,
    tempoBpm: row.tempoByHand ?? row.tempoBpm,
    tempoConfidence: row.tempoByHand === null ? row.tempoConfidence : 1,
    tempoIsByHand: row.tempoByHand !== null,
    key: row.musicalKey === null ? null : keyName(row.musicalKey),
    camelot: row.musicalKey === null ? null : camelotOf(row.musicalKey),
    keyConfidence: row.musicalKey === null ? null : row.keyConfidence,
    energy: row.energy,
    cuesByHand: cueNames.filter((name) => row[name] !== null),
    gainDb: row.gainDb,
    quietByDesign: row.quietByDesign === 1,
    hasArtwork: row.artwork !== null,
    playCount: row.playCount,
    lastPlayedAt: row.lastPlayedAt,
    addedAt: row.addedAt,
    updatedAt: row.updatedAt,
  }
}

export type Texts = Pick<
  TrackFacts,
  | 'title'
  | 'artist'
  | 'album'
  | 'genre'
  | 'trackNumber'
  | 'comment'
  | 'composer'
  | 'label'
  | 'isrc'
  | 'language'
  | 'format'
> & { path?: string; fileName: string; tags: string; custom: string }

/** Of a file that has just come in. */
export const noOwnTexts = { tags: '[]', custom: '{}' }

/** Folded for comparing (artistKey tells artists apart in other rooms too) and for sorting: artist, then album, then number. */
export function keysOf(texts: Texts) {
  const [title, artist, album, genre] = [fold(texts.title), fold(texts.artist), fold(texts.album), fold(texts.genre)]
  const number = String(texts.trackNumber ?? 0).padStart(4, '0')
  return {
    titleKey: title,
    artistKey: artist,
    artistOrder: [artist, album, number, title].join('\u0001'),
    albumKey: [album, number, title].join('\u0001'),
    genreKey: [genre, artist, title].join('\u0001'),
    fileNameKey: texts.fileName.toLowerCase(),
  }
}

/** Grows when words are folded or shared out in another way. */
export const wordsVersion = 3
/** A search without a field's name looks through these, the columns of trackWords. */
export const wordColumns = [
  'title',
  'artist',
  'album',
  'genre',
  'tag',
  'comment',
  'fileName',
  'composer',
  'label',
  'isrc',
  'custom',
] as const
/** These are searched by their names alone: the columns of trackPlaces. */
export const placeColumns = ['language', 'format', 'folder'] as const
export type WordColumn = (typeof wordColumns)[number] | (typeof placeColumns)[number]

/** What the search looks through, by the name it may be asked for. */
export function wordsOf(texts: Texts): Record<WordColumn, string> {
  const { title, artist, album, genre, comment, composer, label, isrc, language, format, fileName, path } = texts
  const list = (json: string) => (json === '[]' || json === '{}' ? [] : Object.values<string>(JSON.parse(json)))
  const words = (json: string) =>
    list(json)
      .map((text) => fold(String(text)))
      .join(' ')
  return {
    ...{ title: fold(title), artist: fold(artist), album: fold(album), genre: fold(genre), tag: words(texts.tags) },
    ...{ comment: fold(comment), fileName: fold(fileName.replace(/\.\w+$/, '')), composer: fold(composer) },
    ...{
      label: fold(label),
      isrc: fold(isrc).replaceAll(' ', ''),
      custom: words(texts.custom),
      language: fold(language),
    },
    ...{ format: fold(format), folder: path ? fold(path.slice(0, -fileName.length)) : '' },
  }
}
