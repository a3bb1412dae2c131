// What was changed about each track: tells two people who edit one track apart, and takes batches back.
import type { DatabaseSync } from 'node:sqlite'
import type { TrackRow } from './track-row'

export type ColumnValue = string | number | null
/** Columns with what stood in them before and after. */
export type Changes = Record<string, [before: ColumnValue, after: ColumnValue]>

export interface TrailEntry {
  trackId: number
  revision: number
  changes: Changes
}

/** Where an edit comes from. */
export interface EditOrigin {
  /** The batch it is a part of. */
  batchId?: number
  /** The name of the person or key; empty when nobody was asked. */
  by?: string
}

const keptDays = 180

/** @returns what these columns change of a row; empty when they say what it has */
export function changesOf(row: TrackRow, fields: Partial<Record<keyof TrackRow, ColumnValue>>): Changes {
  const changes: Changes = {}
  for (const [name, after] of Object.entries(fields) as [keyof TrackRow, ColumnValue][]) {
    const before = (row[name] ?? null) as ColumnValue
    if (before !== after) changes[name] = [before, after]
  }
  return changes
}

/**
 * Values by the names they have in an edit: `title`, `cues.cueInSeconds`, `custom.mood`. What only goes along with
 * another column is left out.
 */
export function namedValues(columns: Record<string, ColumnValue | undefined>): Map<string, ColumnValue> {
  const values = new Map<string, ColumnValue>()
  for (const [name, value = null] of Object.entries(columns)) {
    if (name === 'artists' || name === 'editedFields') continue
    if (name === 'custom') {
      const custom = JSON.parse(String(value ?? '{}')) as Record<string, string>
      for (const [key, own] of Object.entries(custom)) values.set(`custom.${key}`, own)
    } else if (name === 'tempoByHand') values.set('tempoBpm', value)
    else if (/^(cue|fade)(In|Out)Seconds$|^introEndSeconds$|^startNextSeconds$/.test(name))
      values.set(`cues.${name}`, value)
    else values.set(name, value)
  }
  return values
}

/** @returns each changed name with its value before and after */
export function namedChanges(changes: Changes): Map<string, [ColumnValue, ColumnValue]> {
  const pick = (side: 0 | 1) =>
    namedValues(Object.fromEntries(Object.entries(changes).map(([name, values]) => [name, values[side]])))
  const [before, after] = [pick(0), pick(1)]
  const named = new Map<string, [ColumnValue, ColumnValue]>()
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const values: [ColumnValue, ColumnValue] = [before.get(name) ?? null, after.get(name) ?? null]
    if (values[0] !== values[1]) named.set(name, values)
  }
  return named
}

export class EditTrail {
  private readonly statements

  constructor(db: DatabaseSync) {
    this.statements = {
      add: db.prepare(
        'INSERT OR REPLACE INTO trackEdits (trackId, revision, editedAt, batchId, changes, editedBy) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      since: db.prepare(
        'SELECT revision, changes, editedAt, editedBy FROM trackEdits WHERE trackId = ? AND revision > ? ORDER BY revision',
      ),
      ofBatch: db.prepare(
        'SELECT trackId, revision, changes FROM trackEdits WHERE batchId = ? AND trackId > ? ORDER BY trackId LIMIT ?',
      ),
      trim: db.prepare(
        `DELETE FROM trackEdits WHERE (trackId, revision) IN
         (SELECT trackId, revision FROM trackEdits WHERE editedAt < ? ORDER BY editedAt LIMIT ?)`,
      ),
    }
  }

  note(trackId: number, revision: number, changes: Changes, { batchId, by = '' }: EditOrigin): void {
    this.statements.add.run(trackId, revision, Date.now(), batchId ?? null, JSON.stringify(changes), by)
  }

  /** The last edit since `revision` that changed one of these; null when the trail does not know. */
  lastOf(trackId: number, revision: number, names: readonly string[]): { by: string; atMs: number } | null {
    for (const entry of this.statements.since.all(trackId, revision).reverse()) {
      const changed = namedChanges(JSON.parse(String(entry['changes'])) as Changes)
      if (!names.some((name) => changed.has(name))) continue
      return { by: String(entry['editedBy']), atMs: Number(entry['editedAt']) }
    }
    return null
  }

  /**
   * Values that somebody who saw `revision` of a track saw in what was changed since.
   * @returns null when the trail does not reach back that far
   */
  seenAt(row: TrackRow, revision: number): Map<string, ColumnValue> | null {
    const entries = this.statements.since.all(row.id, revision)
    if (entries.length !== row.revision - revision) return null
    const seen = new Map<string, ColumnValue>()
    for (const entry of entries) {
      for (const [name, [before]] of namedChanges(JSON.parse(String(entry['changes'])) as Changes)) {
        if (!seen.has(name)) seen.set(name, before)
      }
    }
    return seen
  }

  /** The next edits of a batch, after a track. */
  ofBatch(batchId: number, afterTrackId: number, limit: number): TrailEntry[] {
    return this.statements.ofBatch.all(batchId, afterTrackId, limit).map((entry) => ({
      trackId: Number(entry['trackId']),
      revision: Number(entry['revision']),
      changes: JSON.parse(String(entry['changes'])) as Changes,
    }))
  }

  /** Forgets some of what is older than half a year. @returns how many there were, at most `most` */
  trim(most: number): number {
    return Number(this.statements.trim.run(Date.now() - keptDays * 86_400_000, most).changes)
  }
}
