// The index of the recording: which file holds which stretch of the program. Kept in the database, made anew from the
// files where the two do not fit. Used by the recorder alone.
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Span } from '@contract/recorder'
import type { Log, TolerantWrite } from '../../monitoring'
import type { RecorderEvent } from './protocol'
import { frameOffsets, millisecondsOf, programFramesOf, readSegmentHeader, segmentSuffix } from './segment-file'

export interface Segment {
  id: number
  /** Relative to the folder of recordings. */
  path: string
  run: number
  startFrame: number
  startedAt: number
  frames: number
  bytes: number
  closed: boolean
  forShow: boolean
}

/** A stretch of a segment, in milliseconds since epoch. */
export interface Piece {
  segment: Segment
  fromMs: number
  toMs: number
}

export interface SegmentsDeps {
  db: DatabaseSync
  /** The folder of recordings, absolute. */
  folder: string
  log: Log
  write: TolerantWrite
}

export const endOf = (segment: Segment): number => segment.startedAt + millisecondsOf(segment.frames)

/** Whether the second goes on where the first one ends, sample for sample. */
export const follows = (before: Segment, after: Segment): boolean =>
  before.run === after.run && before.startFrame + before.frames === after.startFrame

/** Less than this between two segments is no gap. */
const gapMs = 60
/** Ids of segments the database could not take. */
let unwritten = 2 ** 50

export class Segments {
  /** In the order they were recorded. */
  private all: Segment[] = []
  private growing: { segment: Segment; levels: Uint8Array } | null = null
  private readonly statements
  private sumBytes = 0
  /** Grows with every change but the growth of the newest segment. */
  revision = 0

  constructor(private readonly deps: SegmentsDeps) {
    const { db } = deps
    this.statements = {
      insert: db.prepare(
        `INSERT INTO recordingSegments (path, run, startFrame, startedAt, forShow) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (path) DO UPDATE SET closed = 0`,
      ),
      update: db.prepare('UPDATE recordingSegments SET frames = ?, bytes = ?, closed = 1, levels = ? WHERE path = ?'),
      measured: db.prepare('UPDATE recordingSegments SET levels = ? WHERE id = ?'),
      remove: db.prepare('DELETE FROM recordingSegments WHERE path = ?'),
      levels: db.prepare('SELECT levels FROM recordingSegments WHERE id = ?'),
    }
    const rows = db
      .prepare(
        'SELECT id, path, run, startFrame, startedAt, frames, bytes, closed, forShow FROM recordingSegments ORDER BY id',
      )
      .all()
    this.all = rows.map((row) => ({
      ...(row as unknown as Segment),
      closed: row['closed'] === 1,
      forShow: row['forShow'] === 1,
    }))
    this.sumBytes = this.all.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  get bytes(): number {
    return this.sumBytes
  }

  /** Oldest first, in the order they were recorded. */
  list(): readonly Segment[] {
    return this.all
  }

  /** When something was recorded for the last time; null when there is nothing. */
  get newestAt(): number | null {
    const last = this.all.at(-1)
    return last ? endOf(last) : null
  }

  opened({ path, run, startFrame, startedAt }: Extract<RecorderEvent, { type: 'opened' }>, forShow: boolean): void {
    // A look at the folder may have come across it before it was told.
    this.all = this.all.filter((one) => one.path !== path)
    const written = this.deps.write(() => this.statements.insert.run(path, run, startFrame, startedAt, Number(forShow)))
    const id = written ? Number(written.lastInsertRowid) : unwritten++
    const segment = { id, path, run, startFrame, startedAt, frames: 0, bytes: 0, closed: false, forShow }
    this.all.push(segment)
    this.growing = { segment, levels: new Uint8Array(0) }
    this.revision += 1
  }

  grown({ path, frames, bytes, levels, closed }: Extract<RecorderEvent, { type: 'grown' }>): void {
    const segment = this.all.findLast((one) => one.path === path)
    if (!segment) return
    this.sumBytes += bytes - segment.bytes
    Object.assign(segment, { frames, bytes, closed })
    if (!closed) {
      this.growing = { segment, levels }
      return
    }
    if (this.growing?.segment === segment) this.growing = null
    this.deps.write(() => this.statements.update.run(frames, bytes, levels, path))
    this.revision += 1
  }

  /** @returns peak and mean of each tenth of a second, as `levels.ts` writes them; null while not known */
  levels(segment: Segment): Uint8Array | null {
    if (this.growing?.segment === segment) return this.growing.levels
    return (this.statements.levels.get(segment.id)?.['levels'] as Uint8Array | null | undefined) ?? null
  }

  measured(segment: Segment, levels: Uint8Array): void {
    this.deps.write(() => this.statements.measured.run(levels, segment.id))
    this.revision += 1
  }

  /** Those whose levels are not known: they were found rather than recorded by this run. */
  unmeasured(): Segment[] {
    const ids = this.deps.db.prepare('SELECT id FROM recordingSegments WHERE closed = 1 AND levels IS NULL').all()
    const known = new Set(ids.map((row) => Number(row['id'])))
    return this.all.filter(({ id }) => known.has(id))
  }

  /** The one that goes on until this one begins, sample for sample. */
  before(segment: Segment): Segment | null {
    return this.all.findLast((one) => one !== segment && follows(one, segment)) ?? null
  }

  /**
   * What was recorded in a range, in order of time and without overlap: where a clock that was set back gave the same
   * time twice, the later recording counts.
   */
  pieces(fromMs: number, toMs: number): Piece[] {
    let pieces: Piece[] = []
    let latestMs = fromMs
    for (const segment of this.all) {
      const piece = { segment, fromMs: Math.max(fromMs, segment.startedAt), toMs: Math.min(toMs, endOf(segment)) }
      if (piece.toMs <= piece.fromMs) continue
      const last = pieces.at(-1)
      if (last && piece.fromMs < latestMs) {
        const tailAlone = last.toMs === latestMs && piece.fromMs >= last.fromMs && piece.toMs >= latestMs
        if (tailAlone && piece.fromMs > last.fromMs) last.toMs = piece.fromMs
        else pieces = withoutRange(pieces, piece.fromMs, piece.toMs)
      }
      latestMs = Math.max(latestMs, piece.toMs)
      pieces.push(piece)
    }
    return pieces.sort((a, b) => a.fromMs - b.fromMs)
  }

  /** The same as stretches without a gap. */
  spans(fromMs = 0, toMs = Number.MAX_SAFE_INTEGER): Span[] {
    const spans: Span[] = []
    for (const piece of this.pieces(fromMs, toMs)) {
      const last = spans.at(-1)
      if (last && piece.fromMs - last.to < gapMs) last.to = piece.toMs
      else spans.push({ from: piece.fromMs, to: piece.toMs })
    }
    return spans.map(({ from, to }) => ({ from: Math.round(from), to: Math.round(to) }))
  }

  async remove(segments: readonly Segment[]): Promise<void> {
    const gone = new Set(segments)
    for (const { path } of segments) await rm(join(this.deps.folder, path), { force: true })
    this.all = this.all.filter((segment) => !gone.has(segment))
    for (const { path, bytes } of segments) {
      this.sumBytes -= bytes
      this.deps.write(() => this.statements.remove.run(path))
    }
    this.revision += 1
  }

  /**
   * Brings the index in line with the files: what a crash left open is measured, what is not known is taken in, what is
   * gone is forgotten.
   * @returns files that are none of ours, or damaged from the first byte on
   */
  async reconcile(): Promise<{ unreadable: string[] }> {
    const { folder, log, write } = this.deps
    const files = await listFiles(folder)
    const known = new Map(this.all.map((segment) => [segment.path, segment]))
    const unreadable: string[] = []
    const gone = this.all.filter(({ path, closed }) => closed && !files.has(path))
    for (const [path, bytes] of files) {
      const segment = known.get(path)
      if (segment?.closed && segment.bytes === bytes) continue
      if (segment && this.growing?.segment === segment) continue
      const found = await measure(join(folder, path)).catch(() => null)
      if (!found) {
        unreadable.push(path)
        if (segment) gone.push(segment)
        continue
      }
      if (segment) {
        this.sumBytes += bytes - segment.bytes
        Object.assign(segment, { frames: found.frames, bytes, closed: true })
        write(() => this.statements.update.run(found.frames, bytes, null, path))
      } else this.adopt(path, bytes, found)
    }
    const lost = this.all.filter(
      ({ path, closed }) => !closed && !files.has(path) && this.growing?.segment.path !== path,
    )
    this.forget([...gone, ...lost])
    if (gone.length > 0) log.warn('Recorded files are gone.', { files: gone.map(({ path }) => path).slice(0, 20) })
    this.all.sort((a, b) => a.run - b.run || a.startFrame - b.startFrame)
    this.revision += 1
    return { unreadable }
  }

  /** The worker that wrote ended by itself. */
  writerEnded(): void {
    this.growing = null
  }

  private adopt(path: string, bytes: number, found: NonNullable<Awaited<ReturnType<typeof measure>>>): void {
    const { run, startFrame, startedAt, frames } = found
    const written = this.deps.write(() => {
      const inserted = this.statements.insert.run(path, run, startFrame, startedAt, 0)
      this.statements.update.run(frames, bytes, null, path)
      return inserted
    })
    const id = written ? Number(written.lastInsertRowid) : unwritten++
    this.all.push({ id, path, run, startFrame, startedAt, frames, bytes, closed: true, forShow: false })
    this.sumBytes += bytes
  }

  private forget(segments: readonly Segment[]): void {
    const gone = new Set(segments)
    this.all = this.all.filter((segment) => !gone.has(segment))
    for (const { path, bytes } of gone) {
      this.sumBytes -= bytes
      this.deps.write(() => this.statements.remove.run(path))
    }
  }
}

function withoutRange(pieces: readonly Piece[], fromMs: number, toMs: number): Piece[] {
  return pieces.flatMap((piece) => {
    if (piece.toMs <= fromMs || piece.fromMs >= toMs) return [piece]
    const before = { ...piece, toMs: fromMs }
    const after = { ...piece, fromMs: toMs }
    return [before, after].filter((rest) => rest.toMs > rest.fromMs)
  })
}

async function listFiles(folder: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const days = await readdir(join(folder, 'program'), { withFileTypes: true }).catch(() => [])
  for (const day of days) {
    if (!day.isDirectory()) continue
    for (const name of await readdir(join(folder, 'program', day.name))) {
      const path = `program/${day.name}/${name}`
      const info = await stat(join(folder, path)).catch(() => null)
      if (name.endsWith(segmentSuffix) && info?.isFile()) found.set(path, info.size)
    }
  }
  return found
}

async function measure(path: string) {
  const bytes = await readFile(path)
  const header = readSegmentHeader(bytes)
  if (!header) return null
  const { offsets } = frameOffsets(bytes, header.soundAt)
  return offsets.length === 0 ? null : { ...header.note, frames: programFramesOf(offsets.length) }
}
