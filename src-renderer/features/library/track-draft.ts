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
  /** As typed. */
  year: string
  kind: Track['kind']
  quietByDesign: boolean
  gainDb: number | null
  /** Beats a minute set by hand; null for what was measured. */
  tempoByHand: number | null
  cues: Cues
  /** Which cue points are set by hand in this draft; the others are what was measured. */
  byHand: ReadonlySet<CueKey>
}

export function draftOf(track: Track): TrackDraft {
  const { title, artist, album, genre, kind, quietByDesign, gainDb, cues } = track
  return {
    title,
    artist,
    album,
    genre,
    year: track.year === null ? '' : String(track.year),
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

export type DraftProblem = 'title' | 'year'

export function draftProblems(draft: TrackDraft): DraftProblem[] {
  const problems: DraftProblem[] = []
  if (draft.title.trim() === '') problems.push('title')
  if (draft.year.trim() !== '' && !/^\d{1,4}$/.test(draft.year.trim())) problems.push('year')
  return problems
}

/** Only what differs from the track. A cue point put back to the measured value goes as null. */
export function editOf(track: Track, draft: TrackDraft): TrackEdit {
  const edit: TrackEdit = {}
  if (draft.title.trim() !== track.title) edit.title = draft.title.trim()
  if (draft.artist.trim() !== track.artist) edit.artist = draft.artist.trim()
  if (draft.album.trim() !== track.album) edit.album = draft.album.trim()
  if (draft.genre.trim() !== track.genre) edit.genre = draft.genre.trim()
  const year = draft.year.trim() === '' ? null : Number(draft.year)
  if (year !== track.year) edit.year = year
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
