// Two people who edit one track: the second is told what the first wrote, and nothing is lost.
import { StationError } from '@contract/errors'
import { changesOf, type EditTrail, namedChanges } from '../catalogue/edit-trail'
import { type TrackRow, toTrack } from '../catalogue/track-row'
import type { Fields } from '../catalogue/track-store'

const names: Record<string, string> = {
  title: 'the title',
  artist: 'the artist',
  album: 'the album',
  genre: 'the genre',
  year: 'the year',
  trackNumber: 'the track number',
  comment: 'the comment',
  composer: 'the composer',
  label: 'the label',
  isrc: 'the ISRC',
  language: 'the language',
  rating: 'the rating',
  explicit: 'whether it is explicit',
  tags: 'the tags',
  artwork: 'the picture',
  kind: 'the kind',
  quietByDesign: 'whether it is quiet by design',
  gainDb: 'the gain',
  tempoBpm: 'the tempo',
  'cues.cueInSeconds': 'the cue-in',
  'cues.introEndSeconds': "the intro's end",
  'cues.startNextSeconds': 'the start of the next item',
  'cues.cueOutSeconds': 'the cue-out',
  'cues.fadeInSeconds': 'the fade-in',
  'cues.fadeOutSeconds': 'the fade-out',
}

/** A field's name in a sentence. */
export const fieldInWords = (field: string): string => names[field] ?? field.replace(/^custom\./, 'the field ')

const listed = (words: string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/**
 * @param seen the revision the editor saw
 * @param fields what the edit would write
 * @throws StationError `conflict` with the track as it is and the fields, where somebody wrote something else meanwhile
 */
export function refuseConflict(trail: EditTrail, row: TrackRow, seen: number, fields: Fields): void {
  if (seen === row.revision) return
  if (seen > row.revision) {
    const { revision } = row
    throw new StationError('validation', `The track has revision ${revision}; there is no ${seen}.`, {
      field: 'revision',
    })
  }
  const before = trail.seenAt(row, seen)
  const clashing: string[] = []
  for (const [name, [current]] of namedChanges(changesOf(row, fields))) {
    if (before === null || (before.has(name) && before.get(name) !== current)) clashing.push(name)
  }
  if (clashing.length === 0) return
  const last = trail.lastOf(row.id, seen, clashing)
  const what = listed(clashing.map(fieldInWords))
  const when = last ? `, ${agoInWords(Date.now() - last.atMs)}` : ''
  throw new StationError(
    'conflict',
    `${last?.by || 'Somebody'} changed ${what} of this track after you opened it${when}. Nothing was saved: choose which to keep, and save with revision ${row.revision}.`,
    { current: toTrack(row), fields: clashing, changedBy: last?.by || null, changedAt: last?.atMs ?? null },
  )
}

function agoInWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  const counted = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'} ago`
  if (minutes < 1) return 'just now'
  if (minutes < 60) return counted(minutes, 'minute')
  return minutes < 48 * 60 ? counted(Math.floor(minutes / 60), 'hour') : counted(Math.floor(minutes / 1440), 'day')
}
