// What a person may change about a track, checked against the track itself.
import { StationError } from '@contract/errors'
import { tagFields, type trackEditSchema } from '@contract/library'
import type * as z from 'zod'
import { type CueName, cueNames, cuesInForce, type TrackRow } from './catalogue/track-row'
import type { Fields } from './catalogue/track-store'
import { cleanLine, cleanLines } from './tags/clean-text'

export type TrackEdit = z.output<typeof trackEditSchema>

const byHand = [...tagFields, 'artists', 'artwork'] as const

/**
 * @returns columns to write
 * @throws StationError `validation` for cue points outside the track or in the wrong order
 */
export function fieldsOf(row: TrackRow, edit: TrackEdit): Fields {
  const fields: Fields = {}
  for (const name of tagFields) {
    const value = edit[name]
    if (value !== undefined) Object.assign(fields, { [name]: typeof value === 'string' ? cleaned(name, value) : value })
  }
  if (fields.title === '') throw new StationError('validation', 'A track needs a title.', { field: 'title' })
  // The list of artists that the tags gave stays with the text that was made of it.
  if (fields.artist !== undefined && fields.artist !== row.artist)
    fields.artists = JSON.stringify(artistsOf(fields.artist))
  if (edit.rating !== undefined) fields.rating = edit.rating
  if (edit.explicit !== undefined) fields.explicit = edit.explicit ? 1 : 0
  if (edit.tags !== undefined) fields.tags = JSON.stringify(tagsOf(edit.tags))
  if (edit.custom !== undefined) fields.custom = JSON.stringify(customOf(row, edit.custom))
  if (edit.kind !== undefined) fields.kind = edit.kind
  if (edit.quietByDesign !== undefined) fields.quietByDesign = edit.quietByDesign ? 1 : 0
  if (edit.gainDb !== undefined) fields.gainDb = edit.gainDb
  if (edit.tempoBpm !== undefined) fields.tempoByHand = edit.tempoBpm
  for (const name of cueNames) {
    const value = edit.cues?.[name]
    if (value !== undefined) fields[name] = value
  }
  if (edit.cues) checkCues({ ...row, ...fields } as TrackRow)
  return withHand(row, fields)
}

/** @returns the columns, with those that tags are read into marked as set by hand */
export function withHand(row: TrackRow, fields: Fields): Fields {
  const before = JSON.parse(row.editedFields) as string[]
  const edited = new Set([...before, ...byHand.filter((name) => name in fields)])
  return edited.size === before.length ? fields : { ...fields, editedFields: JSON.stringify([...edited]) }
}

const cleaned = (name: string, text: string): string => (name === 'comment' ? cleanLines(text) : cleanLine(text))

/** Each once, whatever its capitals. */
export function tagsOf(tags: readonly string[]): string[] {
  const kept = new Map<string, string>()
  for (const tag of tags.map(cleanLine))
    if (tag !== '' && !kept.has(tag.toLowerCase())) kept.set(tag.toLowerCase(), tag)
  return [...kept.values()]
}

/** Values that were not named stay; an empty one takes its field away. */
function customOf(row: TrackRow, change: Record<string, string>): Record<string, string> {
  const values = { ...(JSON.parse(row.custom) as Record<string, string>), ...change }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}

const artistsOf = (artist: string): string[] =>
  artist
    .split(/\s*;\s*/)
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** Rounding in a waveform editor may end a hair behind the last sample. */
const toleranceSeconds = 0.05

function checkCues(row: TrackRow): void {
  const { durationSeconds } = row
  const cues = cuesInForce(row)
  const refuse = (message: string, field: string): never => {
    throw new StationError('validation', message, { field, durationSeconds })
  }
  for (const name of cueNames) {
    const value = cues[name]
    if (value !== null && row[name] !== null && value > durationSeconds + toleranceSeconds) {
      refuse(`${labels[name]} lies behind the end of the track (${durationSeconds.toFixed(2)} s).`, name)
    }
  }
  const cueIn = cues.cueInSeconds ?? 0
  const cueOut = cues.cueOutSeconds ?? durationSeconds
  if (cueIn >= cueOut) refuse('The cue-in must lie before the cue-out.', 'cueInSeconds')
  for (const name of ['introEndSeconds', 'startNextSeconds'] as const) {
    const value = row[name]
    if (value !== null && (value < cueIn || value > cueOut + toleranceSeconds)) {
      refuse(`${labels[name]} must lie between the cue-in and the cue-out.`, name)
    }
  }
  if ((cues.fadeInSeconds ?? 0) + (cues.fadeOutSeconds ?? 0) > cueOut - cueIn + toleranceSeconds) {
    refuse('The fades are longer than what is played of the track.', 'fadeOutSeconds')
  }
}

const labels: Record<CueName, string> = {
  cueInSeconds: 'The cue-in',
  introEndSeconds: "The intro's end",
  startNextSeconds: 'The start of the next item',
  cueOutSeconds: 'The cue-out',
  fadeInSeconds: 'The fade-in',
  fadeOutSeconds: 'The fade-out',
}
