// What stands in the edit drawer before it is saved: the draft of a track, and what of it has to be sent. Pure.
import type { Track, trackEditSchema } from '@contract/library'
import type * as z from 'zod'
import { type CuePoint, type Cues, moveCue, playedRange } from './cue-rules'

export type CueKey = keyof Cues
export type TrackEdit = z.input<typeof trackEditSchema>

export interface TrackDraft {
  title: string
  artist: string
  album: string
  genre: string
  comment: string
  composer: string
  label: string
  isrc: string
  language: string
  /** As typed. */
  year: string
  trackNumber: string
  rating: number | null
  explicit: boolean
  tags: string[]
  /** Values of the station's own fields, as typed. */
  custom: Record<string, string>
  kind: Track['kind']
  quietByDesign: boolean
  gainDb: number | null
  /** Beats a minute set by hand; null for what was measured. */
  tempoByHand: number | null
  cues: Cues
  /** Which cue points are set by hand in this draft; the others are what was measured. */
  byHand: ReadonlySet<CueKey>
}

const textFields = ['title', 'artist', 'album', 'genre', 'comment', 'composer', 'label', 'isrc', 'language'] as const

export function draftOf(track: Track): TrackDraft {
  const { title, artist, album, genre, comment, composer, label, isrc, language } = track
  const { kind, quietByDesign, gainDb, cues, rating, explicit } = track
  return {
    ...{ title, artist, album, genre, comment, composer, label, isrc, language, rating, explicit },
    year: track.year === null ? '' : String(track.year),
    trackNumber: track.trackNumber === null ? '' : String(track.trackNumber),
    tags: [...track.tags],
    custom: { ...track.custom },
    kind,
    quietByDesign,
    gainDb,
    tempoByHand: track.tempoIsByHand ? track.tempoBpm : null,
    cues: { ...cues },
    byHand: new Set(track.cuesByHand as CueKey[]),
  }
}

const withHand = (draft: TrackDraft, cues: Cues, key: CueKey): TrackDraft => ({
  ...draft,
  cues,
  byHand: new Set([...draft.byHand, key]),
})

/** Sets a cue point by hand, held to where it may stand. */
export function setCue(draft: TrackDraft, point: CuePoint, seconds: number, durationSeconds: number): TrackDraft {
  const { introEndSeconds } = draft.cues
  if (introEndSeconds === null || point === 'introEndSeconds' || draft.byHand.has('introEndSeconds')) {
    return withHand(draft, moveCue(draft.cues, point, seconds, durationSeconds), point)
  }
  // An estimate holds nobody up: it gives way.
  const moved = moveCue({ ...draft.cues, introEndSeconds: null }, point, seconds, durationSeconds)
  const { from, to } = playedRange(moved, durationSeconds)
  return withHand(draft, { ...moved, introEndSeconds: Math.min(to, Math.max(from, introEndSeconds)) }, point)
}

/** @param seconds 0 to 30; longer fades are cut to 30 */
export const setFade = (draft: TrackDraft, key: 'fadeInSeconds' | 'fadeOutSeconds', seconds: number): TrackDraft =>
  withHand(draft, { ...draft.cues, [key]: Math.min(30, Math.max(0, seconds)) }, key)

/** Takes a cue point back to what the analysis found, or to nothing where it found nothing; fades of the recording are no cue. */
export function resetCue(draft: TrackDraft, key: CueKey, measured: Cues | undefined): TrackDraft {
  const byHand = new Set(draft.byHand)
  byHand.delete(key)
  const isFade = key === 'fadeInSeconds' || key === 'fadeOutSeconds'
  return { ...draft, cues: { ...draft.cues, [key]: isFade ? null : (measured?.[key] ?? null) }, byHand }
}

export type DraftProblem = 'title' | 'year' | 'trackNumber' | 'isrc'

export function draftProblems(draft: TrackDraft): DraftProblem[] {
  const problems: DraftProblem[] = []
  if (draft.title.trim() === '') problems.push('title')
  if (draft.year.trim() !== '' && !/^\d{1,4}$/.test(draft.year.trim())) problems.push('year')
  if (draft.trackNumber.trim() !== '' && !/^[1-9]\d{0,3}$/.test(draft.trackNumber.trim())) problems.push('trackNumber')
  const isrc = plainIsrc(draft.isrc)
  if (isrc !== '' && !/^[A-Z]{2}[A-Z0-9]{3}\d{7}$/.test(isrc)) problems.push('isrc')
  return problems
}

const plainIsrc = (text: string): string => text.toUpperCase().replaceAll(/[\s-]/g, '')
const numberOf = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed))

/** Only what differs from the track. A cue point put back to the measured value goes as null. */
export function editOf(track: Track, draft: TrackDraft): TrackEdit {
  const edit: TrackEdit = {}
  for (const name of textFields) {
    const typed = name === 'isrc' ? plainIsrc(draft.isrc) : draft[name].trim()
    if (typed !== track[name]) edit[name] = typed
  }
  for (const name of ['year', 'trackNumber'] as const) {
    if (numberOf(draft[name]) !== track[name]) edit[name] = numberOf(draft[name])
  }
  if (draft.rating !== track.rating) edit.rating = draft.rating
  if (draft.explicit !== track.explicit) edit.explicit = draft.explicit
  if (draft.tags.join('\n') !== track.tags.join('\n')) edit.tags = draft.tags
  const custom = Object.entries(draft.custom).filter(([key, value]) => value.trim() !== (track.custom[key] ?? ''))
  if (custom.length > 0) edit.custom = Object.fromEntries(custom.map(([key, value]) => [key, value.trim()]))
  if (draft.kind !== track.kind) edit.kind = draft.kind
  if (draft.quietByDesign !== track.quietByDesign) edit.quietByDesign = draft.quietByDesign
  if (draft.gainDb !== track.gainDb) edit.gainDb = draft.gainDb
  if (draft.tempoByHand !== (track.tempoIsByHand ? track.tempoBpm : null)) edit.tempoBpm = draft.tempoByHand
  const cues = changedCues(track, draft)
  if (Object.keys(cues).length > 0) edit.cues = cues
  return edit
}

function changedCues(track: Track, draft: TrackDraft): Partial<Cues> {
  const cues: Partial<Cues> = {}
  const before = new Set(track.cuesByHand)
  for (const key of Object.keys(draft.cues) as CueKey[]) {
    if (!draft.byHand.has(key)) {
      if (before.has(key)) cues[key] = null
    } else if (!before.has(key) || draft.cues[key] !== track.cues[key]) {
      cues[key] = draft.cues[key]
    }
  }
  return cues
}

export const isChanged = (track: Track, draft: TrackDraft): boolean => Object.keys(editOf(track, draft)).length > 0

/** Names of what an edit changes, as the station names them in a conflict: `title`, `custom.mood`, `cues.cueInSeconds`. */
const namesOf = (edit: TrackEdit): string[] =>
  Object.keys(edit).flatMap((name) =>
    name === 'custom' || name === 'cues' ? Object.keys(edit[name] ?? {}).map((key) => `${name}.${key}`) : [name],
  )

/**
 * The draft again, on the track as somebody else saved it meanwhile: what was typed stays, but for the fields that are
 * to be taken over from there.
 */
export function rebased(before: Track, draft: TrackDraft, current: Track, takeTheirs: ReadonlySet<string>): TrackDraft {
  const next = draftOf(current)
  for (const name of namesOf(editOf(before, draft))) {
    if (takeTheirs.has(name)) continue
    const [group, key = ''] = name.split('.')
    if (group === 'custom') next.custom[key] = draft.custom[key] ?? ''
    else if (group === 'cues') Object.assign(next, cueOf(next, draft, key as CueKey))
    else if (group === 'tempoBpm') next.tempoByHand = draft.tempoByHand
    else Object.assign(next, { [name]: draft[name as keyof TrackDraft] })
  }
  return next
}

function cueOf(next: TrackDraft, draft: TrackDraft, key: CueKey): Pick<TrackDraft, 'cues' | 'byHand'> {
  const byHand = new Set(next.byHand)
  if (draft.byHand.has(key)) byHand.add(key)
  else byHand.delete(key)
  return { cues: { ...next.cues, [key]: draft.cues[key] }, byHand }
}
