// What taking an edit back writes into a track as it is now. Pure.
import type { Changes, ColumnValue } from '../catalogue/edit-trail'
import { namedChanges } from '../catalogue/edit-trail'
import type { TrackRow } from '../catalogue/track-row'
import type { Fields } from '../catalogue/track-store'
import { fieldInWords } from './conflict'

type Custom = Record<string, string>

/** @returns columns to put back, and in words what was written later and stays; empty for nothing */
export function takenBack(row: TrackRow, changes: Changes): { fields: Fields; keptNames: string } {
  const fields: Record<string, ColumnValue> = {}
  const kept: string[] = []
  for (const [name, [before, after]] of Object.entries(changes)) {
    if (name === 'custom' || name === 'artists' || name === 'editedFields') continue
    if ((row[name as keyof TrackRow] ?? null) === after) fields[name] = before
    else kept.push(name)
  }
  const { custom, artists, editedFields } = changes
  if (artists && 'artist' in fields) fields['artists'] = artists[0]
  if (custom) {
    const { value, keptKeys } = customBack(row.custom, custom)
    fields['custom'] = value
    kept.push(...keptKeys)
  }
  if (editedFields) {
    const added = listOf(editedFields[1]).filter((name) => !listOf(editedFields[0]).includes(name))
    const freed = added.filter((name) => name in fields)
    fields['editedFields'] = JSON.stringify(listOf(row.editedFields).filter((name) => !freed.includes(name)))
  }
  return { fields: fields as Fields, keptNames: kept.map(fieldInWords).join(', ') }
}

const listOf = (json: ColumnValue): string[] => JSON.parse(String(json ?? '[]')) as string[]

function customBack(current: string, [before, after]: [ColumnValue, ColumnValue]) {
  const now = JSON.parse(current) as Custom
  const keptKeys: string[] = []
  for (const [name, [earlier, later]] of namedChanges({ custom: [before, after] })) {
    const key = name.slice('custom.'.length)
    if ((now[key] ?? null) !== later) keptKeys.push(name)
    else if (earlier === null) delete now[key]
    else now[key] = String(earlier)
  }
  return { value: JSON.stringify(now), keptKeys }
}
