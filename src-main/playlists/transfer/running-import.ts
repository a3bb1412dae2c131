// One playlist file on its way in: read in small pieces, each entry looked up, in slices of a few milliseconds.
import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import { type PlaylistFormat, unmatchedReasons } from '@contract/playlist-files'
import type { NewItem } from '../item-store'
import { createSlices } from '../slices'
import type { Entry, EntryParser } from './entry'
import { createParser } from './formats'
import type { ImportRecord, ImportStore, UnmatchedRow } from './import-store'
import { createMatcher, type Matcher } from './matcher'
import { createTextPieces, createXmlPieces, readings } from './text-pieces'

export interface ImportDeps {
  db: DatabaseSync
  imports: ImportStore
  now(): number
  fold(text: string): string
  repairText(text: string): string
  add(playlistId: number, items: readonly NewItem[]): void
  remove(playlistId: number): void
  rename(playlistId: number, name: string): void
  changed(playlistId: number): void
}

export interface ImportJob {
  id: number
  playlistId: number
  fileName: string
  format: PlaylistFormat
  first: Uint8Array
  sizeBytes: number
  path: string
  base?: string | undefined
  /** Of the list; the file's own counts where none is given. */
  name?: string | undefined
}

/** Each is understood within a slice. */
const pieceBytes = 16 * 1024
const writtenAtOnce = 100
const savedEveryMs = 1000
/** More items than these are no playlist. */
const mostItems = 1_000_000

export class RunningImport {
  private state: ImportRecord['state'] = 'running'
  private problem: string | null = null
  private readonly counts = { readBytes: 0, entries: 0, matched: 0, unmatched: 0 }
  private readonly byReason = Object.fromEntries(
    unmatchedReasons.map((reason) => [reason, 0]),
  ) as ImportRecord['byReason']
  private readonly startedAt: number
  private endedAt: number | null = null
  private found: NewItem[] = []
  private lost: UnmatchedRow[] = []
  private savedAt = 0
  private readonly match: Matcher
  private readonly parser: EntryParser
  private done: Promise<void> | null = null

  constructor(
    private readonly deps: ImportDeps,
    private readonly job: ImportJob,
  ) {
    this.startedAt = deps.now()
    this.match = createMatcher({ db: deps.db, fold: deps.fold, base: job.base ?? '' })
    this.parser = createParser(job.format, (text) => readings(text, deps.repairText))
    this.save()
  }

  record(): ImportRecord {
    const { id, playlistId, fileName, format, sizeBytes } = this.job
    const { startedAt, endedAt, state, counts } = this
    const seconds = Math.max(0.001, ((endedAt ?? this.deps.now()) - startedAt) / 1000)
    const part = sizeBytes === 0 ? 1 : counts.readBytes / sizeBytes
    return {
      ...{ id, name: fileName, format, state, problem: this.problem, sizeBytes, ...counts, startedAt, endedAt },
      playlistId: state === 'running' || state === 'done' ? playlistId : null,
      byReason: { ...this.byReason },
      entriesPerSecond: Math.round(counts.entries / seconds),
      remainingSeconds: state !== 'running' ? 0 : part > 0.02 ? Math.ceil((seconds / part) * (1 - part)) : null,
    }
  }

  /** @returns once it is over; never rejects */
  run(): Promise<void> {
    this.done ??= this.work()
      .then(() => {
        this.goOn()
        this.end('done', null)
      })
      .catch((error: unknown) => {
        const { message } = error as Error
        const known = error instanceof StationError ? message : `The file could not be read: ${message}`
        this.end(
          this.state === 'running' ? 'failed' : this.state,
          this.state === 'cancelled' ? null : (this.problem ?? known),
        )
      })
      .finally(() => rm(this.job.path, { force: true }))
    return this.done
  }

  async cancel(why: string | null = null): Promise<void> {
    if (this.state === 'running') {
      this.state = why === null ? 'cancelled' : 'failed'
      this.problem = why
    }
    await this.done
  }

  private goOn(): void {
    if (this.state !== 'running') throw new StationError('conflict', 'Cancelled.')
  }

  private async work(): Promise<void> {
    const { first, format, path } = this.job
    const pieces = format === 'xspf' ? createXmlPieces(first) : createTextPieces(first)
    const slices = createSlices()
    const take = async (entries: Entry[]) => {
      for (const entry of entries) {
        this.takeEntry(entry)
        if (slices.due) {
          await slices.rest()
          this.goOn()
        }
      }
    }
    const file = createReadStream(path, { highWaterMark: pieceBytes })
    for await (const bytes of file as AsyncIterable<Uint8Array>) {
      this.goOn()
      await take(this.parser.push(pieces.push(bytes)))
      this.counts.readBytes += bytes.length
      if (this.deps.now() - this.savedAt > savedEveryMs) this.save()
      if (slices.due) await slices.rest()
    }
    await take(this.parser.push(pieces.end()))
    await take(this.parser.end())
    this.write()
    const { title } = this.parser
    if (this.job.name === undefined && title) this.deps.rename(this.job.playlistId, title)
  }

  private takeEntry(entry: Entry): void {
    const { counts } = this
    counts.entries += 1
    const match = this.match(entry)
    if ('trackId' in match && counts.matched < mostItems) {
      counts.matched += 1
      this.found.push({ trackId: match.trackId, note: entry.note ?? '', weight: entry.weight ?? 1 })
    } else {
      const full = { reason: 'unreadable' as const, why: 'The list is full.', candidateIds: [] }
      const { reason, why, candidateIds } = 'reason' in match ? match : full
      counts.unmatched += 1
      this.byReason[reason] += 1
      const text = entry.text
        .toWellFormed()
        .replaceAll(/[\p{Cc}]/gu, ' ')
        .slice(0, 500)
      this.lost.push({ entry: counts.entries, line: entry.line, text, reason, why, candidateIds })
    }
    if (this.found.length + this.lost.length >= writtenAtOnce) this.write()
  }

  private write(): void {
    const { found, lost } = this
    this.found = []
    this.lost = []
    if (found.length > 0) this.deps.add(this.job.playlistId, found)
    if (lost.length > 0) this.deps.imports.addLines(this.job.id, lost)
  }

  private end(state: ImportRecord['state'], problem: string | null): void {
    const { playlistId } = this.job
    this.state = state
    this.problem = problem
    this.endedAt = this.deps.now()
    // Half a list is none.
    if (state !== 'done') this.deps.remove(playlistId)
    if (state === 'done') this.counts.readBytes = this.job.sizeBytes
    this.save()
    this.deps.changed(playlistId)
  }

  private save(): void {
    this.savedAt = this.deps.now()
    this.deps.imports.save(this.record())
  }
}
