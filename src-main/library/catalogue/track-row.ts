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

/** Columns as they are; `measured…` come from the analysis of the file's content. */
export interface TrackRow extends Record<CueName, number | null> {
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

/** The index spares walking past each analysis's waveforms, which are ten times as long as all the rest. */
export const trackSelect = `SELECT t.*, a.cueInSeconds AS measuredCueIn, a.startNextSeconds AS measuredStartNext,
  a.cueOutSeconds AS measuredCueOut, a.introEndSeconds AS measuredIntroEnd, a.fadeInSeconds AS measuredFadeIn,
  a.fadeOutSeconds AS measuredFadeOut, a.ending, a.tempoConfidence, a.musicalKey, a.keyConfidence
  FROM tracks t LEFT JOIN analyses a INDEXED BY analysesInShort ON a.contentHash = t.contentHash`

export const stateOf = (row: TrackRow): TrackState => (row.missing ? 'missing' : row.state)

/** The fades are those of the recording itself. */
export const measuredCues = (row: TrackRow): Track['cues'] => ({
  cueInSeconds: row.measuredCueIn,
  introEndSeconds: row.measuredIntroEnd,
  startNextSeconds: row.measuredStartNext,
  cueOutSeconds: row.measuredCueOut,
  fadeInSeconds: row.measuredFadeIn,
  fadeOutSeconds: row.measuredFadeOut,
})

/** Set by hand where they are, else from analysis; a measured point never lies outside those set by hand. */
export function cuesInForce(row: TrackRow): Track['cues'] {
  // What the recording does itself is not done to it again.
  const measured = { ...measuredCues(row), fadeInSeconds: null, fadeOutSeconds: null }
  const cues = Object.fromEntries(cueNames.map((name) => [name, row[name] ?? measured[name]])) as Track['cues']
  const { cueInSeconds, cueOutSeconds } = cues
  for (const name of ['introEndSeconds', 'startNextSeconds'] as const) {
    const value = cues[name]
    if (row[name] !== null || value === null) continue
    const least = Math.max(value, cueInSeconds ?? 0)
    cues[name] = Math.min(least, cueOutSeconds ?? least)
  }
  return cues
}

export function toTrack(row: TrackRow): Track {
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
export const wordsVersion = 2
/** A search without a field's name looks through these. */
export const plainWordColumns = [
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
export const wordColumns = [...plainWordColumns, 'language', 'format', 'folder'] as const
export type WordColumn = (typeof wordColumns)[number]

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
    ...{ label: fold(label), isrc: fold(isrc), custom: words(texts.custom), language: fold(language) },
    ...{ format: fold(format), folder: path ? fold(path.slice(0, -fileName.length)) : '' },
  }
}
