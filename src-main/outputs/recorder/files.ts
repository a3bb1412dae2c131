// Files cut out of the recording: exports, clips and live shows. One is made at a time; what a crash interrupts is made
// anew at the next start. Used by the recorder alone.
import { rm, statfs } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { StationError } from '@contract/errors'
import type { RecordingFile } from '@contract/recorder'
import { cutRange } from './cut'
import { type CutterDeps, makeFile } from './cutter'
import type { FileRow, FileStore, NewFile } from './file-store'
import { endOf, type Segments } from './segments'

export interface FilesDeps extends CutterDeps {
  store: FileStore
  segments: Segments
  stationName(): string
  timezone(): string
  /** The list or a file's progress changed. */
  onChange(): void
  onFailed(row: FileRow, why: string): void
  now?: () => number
}

/** What is left free on the disk when a file is made. */
const leastFreeBytes = 200 * 1024 * 1024
const bytesPerSecond: Record<RecordingFile['format'], number> = {
  mp3: 32_000,
  flac: 130_000,
  wav: 192_000,
  m4a: 24_000,
}
const progressStep = 0.01
/** The recording lies this much behind the program at most. */
const behindMs = 2500
/** A range that ends later than this in the future ends with what there is then. */
const longestWaitMs = 65_000

export class Files {
  revision = 1
  private readonly progress = new Map<number, number>()
  private readonly queue: FileRow[] = []
  /** Those whose end has not been recorded yet. */
  private readonly early = new Map<number, { row: FileRow; timer: NodeJS.Timeout }>()
  private running: { row: FileRow; stop: AbortController; done: Promise<void> } | null = null
  private closed = false
  private readonly now: () => number

  constructor(private readonly deps: FilesDeps) {
    this.now = deps.now ?? Date.now
  }

  /** Goes on with what the last run did not finish. */
  resume(): void {
    for (const row of this.deps.store.unfinished()) if (row.state !== 'recording') this.enqueue(row)
  }

  list(): RecordingFile[] {
    return this.deps.store.list().map((row) => this.view(row))
  }

  get(id: number): RecordingFile {
    return this.view(this.find(id))
  }

  making(): { id: number; progress: number }[] {
    return [...this.progress].map(([id, progress]) => ({ id, progress }))
  }

  /** @returns the finished file. @throws StationError `not_found`, `conflict` while it is being made */
  path(id: number): string {
    const row = this.find(id)
    if (row.state !== 'done') throw new StationError('conflict', 'This file is not finished.', { id, state: row.state })
    return join(this.deps.folder, row.path)
  }

  /**
   * Orders a file.
   * @throws StationError `not_found` when nothing of the range was recorded, `unavailable` when the disk has no room
   */
  async create(file: Omit<NewFile, 'state'>): Promise<RecordingFile> {
    const { fromAt, toAt, format } = file
    const cut = cutRange(this.deps.segments, fromAt, toAt ?? this.now())
    if (!cut) throw new StationError('not_found', 'Nothing was recorded in this range.', { from: fromAt, to: toAt })
    const { bavail, bsize } = await statfs(this.deps.folder)
    if (bavail * bsize < cut.seconds * bytesPerSecond[format] + leastFreeBytes) {
      throw new StationError('unavailable', 'The disk has no room for this file. Free some space, or export less.')
    }
    const row = this.deps.store.add({ ...file, state: 'waiting' }, this.now())
    this.enqueue(row)
    return this.view(row)
  }

  /** A live show begins: its file is there from now on, and is made when it is over. */
  beginShow(presenter: string, title: string, at: number): FileRow {
    const show = { kind: 'show', state: 'recording', title, artist: presenter, comment: '', format: 'm4a' } as const
    const row = this.deps.store.add({ ...show, fromAt: Math.round(at), toAt: null }, this.now())
    this.changed()
    return row
  }

  /** Writes down how a show stands. */
  note(row: FileRow): void {
    this.deps.store.update(row)
  }

  /** The show is over: its file is made. */
  finishShow(row: FileRow): void {
    row.state = 'waiting'
    this.enqueue(row)
  }

  unfinished(): FileRow[] {
    return this.deps.store.unfinished()
  }

  /** @throws StationError `not_found`, `conflict` when it is not being made */
  async cancel(id: number): Promise<RecordingFile> {
    const row = this.find(id)
    const early = this.early.get(id)
    if (early) {
      clearTimeout(early.timer)
      this.early.delete(id)
      this.queue.push(early.row)
    }
    const waiting = this.queue.findIndex((one) => one.id === id)
    if (waiting >= 0) {
      const [taken] = this.queue.splice(waiting, 1)
      if (taken) this.settle(taken, { state: 'cancelled' })
    } else if (this.running?.row.id === id) {
      this.running.stop.abort()
      await this.running.done
    } else throw new StationError('conflict', 'This file is not being made.', { id, state: row.state })
    return this.get(id)
  }

  /** @throws StationError `not_found`, `conflict` while a show goes on */
  async remove(id: number): Promise<void> {
    const row = this.find(id)
    if (row.state === 'recording')
      throw new StationError('conflict', 'This show goes on; it can be deleted when it is over.', { id })
    if (row.state === 'waiting' || row.state === 'running') await this.cancel(id)
    const { path } = this.find(id)
    if (path !== '') await rm(join(this.deps.folder, path), { force: true })
    this.deps.store.remove(id)
    this.changed()
  }

  async close(): Promise<void> {
    this.closed = true
    this.queue.length = 0
    for (const { timer } of this.early.values()) clearTimeout(timer)
    this.early.clear()
    this.running?.stop.abort()
    await this.running?.done
  }

  private find(id: number): FileRow {
    const row = this.running?.row.id === id ? this.running.row : this.deps.store.get(id)
    if (!row) throw new StationError('not_found', 'There is no such file.', { id })
    return row
  }

  private enqueue(row: FileRow): void {
    row.state = 'waiting'
    this.deps.store.update(row)
    this.progress.set(row.id, 0)
    const waitMs = Math.min((row.toAt ?? 0) + behindMs - this.now(), longestWaitMs)
    if (waitMs > 0) {
      const timer = setTimeout(() => {
        this.early.delete(row.id)
        this.queue.push(row)
        this.next()
      }, waitMs)
      this.early.set(row.id, { row, timer })
    } else this.queue.push(row)
    this.changed()
    this.next()
  }

  private next(): void {
    if (this.running || this.closed) return
    const row = this.queue.shift()
    if (!row) return
    const stop = new AbortController()
    this.running = { row, stop, done: Promise.resolve() }
    this.running.done = this.make(row, stop.signal).finally(() => {
      this.running = null
      this.next()
    })
  }

  private async make(row: FileRow, signal: AbortSignal): Promise<void> {
    const { segments } = this.deps
    const cut = cutRange(segments, row.fromAt, row.toAt ?? this.now())
    if (!cut) return this.settle(row, { state: 'failed', message: 'Nothing was recorded in this range.' })
    Object.assign(row, { state: 'running', gapSeconds: cut.gapSeconds, path: pathOf(row, this.deps.timezone()) })
    this.deps.store.update(row)
    try {
      const order = { cut, format: row.format, tags: this.tags(row), path: join(this.deps.folder, row.path) }
      const { bytes } = await makeFile(order, this.deps, { signal, onProgress: (value) => this.tell(row, value) })
      this.settle(row, { state: 'done', bytes, seconds: Math.round(cut.seconds * 1000) / 1000, message: null })
    } catch (error) {
      row.path = ''
      // A station that closes makes it at its next start.
      if (this.closed) this.deps.store.update({ ...row, state: 'waiting' })
      else if (signal.aborted) this.settle(row, { state: 'cancelled' })
      else {
        const message = error instanceof Error ? error.message : String(error)
        this.deps.onFailed(row, message)
        this.settle(row, { state: 'failed', message })
      }
    }
  }

  private tell(row: FileRow, value: number): void {
    if (value - (this.progress.get(row.id) ?? 0) < progressStep) return
    this.progress.set(row.id, value)
    this.deps.onChange()
  }

  private settle(row: FileRow, change: Partial<FileRow>): void {
    Object.assign(row, change)
    this.progress.delete(row.id)
    this.deps.store.update(row)
    this.changed()
  }

  private changed(): void {
    this.revision += 1
    this.deps.onChange()
  }

  private tags({ title, artist, comment, fromAt }: FileRow): Record<string, string> {
    const station = this.deps.stationName()
    return {
      title: title || station,
      artist: artist || station,
      album: station,
      date: localDate(fromAt, this.deps.timezone()),
      comment,
    }
  }

  private view(row: FileRow): RecordingFile {
    const { id, kind, state, title, artist, format, fromAt, toAt, seconds, gapSeconds, bytes, path, message } = row
    return {
      ...{ id, kind, state, title, artist, format, from: fromAt, to: toAt, seconds, gapSeconds, bytes, message },
      progress: state === 'done' ? 1 : (this.progress.get(id) ?? 0),
      fileName: path === '' ? '' : basename(path),
      createdAt: row.createdAt,
    }
  }
}

/** Whether a segment is still needed for a file that is not finished. */
export const isNeededFor = (rows: readonly FileRow[], segment: Parameters<typeof endOf>[0]): boolean =>
  rows.some(
    ({ fromAt, toAt }) => endOf(segment) > fromAt - 1000 && segment.startedAt < (toAt ?? Number.POSITIVE_INFINITY),
  )

function localDate(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)
}

/** The id makes it the only one of its name. */
function pathOf({ id, kind, title, artist, format, fromAt }: FileRow, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const words = (kind === 'show' ? artist : [artist, title].filter(Boolean).join(' - ')) || kind
  const safe = words
    .normalize('NFC')
    .replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
  const name = `${localDate(fromAt, timeZone)} ${time.format(fromAt).replace(':', '-')} ${safe
    .trim()
    .slice(0, 80)
    .replace(/[. ]+$/, '')} (${id})`
  return `${kind === 'show' ? 'shows' : 'exports'}/${name}.${format}`
}
