// What a change of many tracks means for one of them. Pure but for the check of a value.
import { StationError } from '@contract/errors'
import { trackEditSchema } from '@contract/library'
import type { BatchChange, ChangedTrack } from '@contract/metadata'
import { type Changes, namedChanges } from '../catalogue/edit-trail'
import type { TrackRow } from '../catalogue/track-row'
import type { Fields } from '../catalogue/track-store'
import { fieldsOf, type TrackEdit, withHand } from '../edit'
import { fieldInWords } from './conflict'

export type WiderEdit = TrackEdit & { artwork?: string | null }

const emptied = {
  ...{ artist: '', album: '', genre: '', year: null, trackNumber: null, comment: '', composer: '', label: '' },
  ...{ isrc: '', language: '', rating: null, tags: [], artwork: null },
} as const

/**
 * Made once for all tracks.
 * @param checkCustom @throws StationError `validation`
 * @returns what it writes into a track @throws StationError `validation` when it does not fit this track
 */
export function changeFor(
  change: BatchChange,
  checkCustom: (values: Record<string, string>) => Record<string, string>,
): (row: TrackRow) => Fields {
  if (Object.keys(change).length === 0) throw new StationError('validation', 'Say what to change.')
  const { set = {}, clear = [], clearCustom = [], replace, addTags = [], removeTags = [] } = change
  const same: WiderEdit = { ...withoutUndefined(set) }
  for (const name of clear) Object.assign(same, { [name]: emptied[name] })
  const custom = { ...checkCustom(set.custom ?? {}), ...Object.fromEntries(clearCustom.map((key) => [key, ''])) }
  if (Object.keys(custom).length > 0) same.custom = custom
  const removed = new Set(removeTags.map((tag) => tag.toLowerCase()))
  const find = replace && { ...replace, pattern: patternOf(replace) }
  return (row) => {
    const edit: WiderEdit = { ...same }
    if (find) {
      for (const name of find.fields) {
        const before = edit[name] ?? row[name]
        const after = before.replace(find.pattern, () => find.with)
        if (after !== before) edit[name] = checkedText(name, after)
      }
    }
    if (addTags.length + removed.size > 0) {
      const tags = edit.tags ?? (JSON.parse(row.tags) as string[])
      edit.tags = [...tags, ...addTags].filter((tag) => !removed.has(tag.toLowerCase()))
      if (edit.tags.length > 100) throw new StationError('validation', 'A track can have at most 100 tags.')
    }
    return fieldsOfWider(row, edit)
  }
}

/** @throws StationError `validation` */
export function fieldsOfWider(row: TrackRow, edit: WiderEdit): Fields {
  const { artwork, ...rest } = edit
  const differing = Object.entries(rest).filter(([name, value]) => row[name as keyof TrackRow] !== value)
  const fields = fieldsOf(row, Object.fromEntries(differing))
  return artwork === undefined || artwork === row.artwork ? fields : withHand(row, { ...fields, artwork })
}

function checkedText(name: keyof TrackEdit, text: string): string {
  const checked = trackEditSchema.safeParse({ [name]: text })
  if (checked.success) return String(checked.data[name] ?? '')
  const words = fieldInWords(name)
  const why = text.trim() === '' ? 'be empty' : 'be too long'
  throw new StationError('validation', `${words[0]?.toUpperCase()}${words.slice(1)} would ${why}.`, { field: name })
}

function patternOf({ find, matchCase, wholeWords }: NonNullable<BatchChange['replace']>): RegExp {
  const literal = find.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const bounded = wholeWords ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal
  return new RegExp(bounded, matchCase ? 'gu' : 'giu')
}

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Value

/** For the preview: what a person reads before and after. */
export function shownChange(row: TrackRow, changes: Changes): ChangedTrack {
  const fields = [...namedChanges(changes)].map(([field, [before, after]]) => ({
    ...{ field, before: shownValue(field, before), after: shownValue(field, after) },
  }))
  return { trackId: row.id, title: row.title, artist: row.artist, fields }
}

function shownValue(field: string, value: string | number | null): string | number | boolean | string[] | null {
  if (field === 'tags') return JSON.parse(String(value ?? '[]')) as string[]
  if (field === 'explicit' || field === 'quietByDesign') return value === 1
  return value
}
