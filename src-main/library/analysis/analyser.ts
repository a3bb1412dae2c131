// Measures every track once, one after the other, in the background; and single files at once when somebody waits for them.
import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { Log } from '../../monitoring'
import { inTransaction } from '../../storage'
import type { AnalysisStore, ToAnalyse } from '../catalogue/analysis-store'
import type { TrackStore } from '../catalogue/track-store'
import type { Jobs, RunningJob } from '../jobs'
import { WorkerLost, type WorkerPool } from '../worker-pool'
import { type Analysis, type AnalysisAnswer, type AnalysisRequest, analyserVersion } from './protocol'

export type Decoded = { ok: true; contentHash: string; analysis: Analysis } | { ok: false; why: string }

/** What the file's header says of it. */
export interface Claim {
  format: string
  durationSeconds: number
  durationIsExact: boolean | number
  artwork: string | null
}

export interface AnalyserDeps {
  db: DatabaseSync
  tracks: TrackStore
  analyses: AnalysisStore
  pool: WorkerPool
  jobs: Jobs
  artworkFolder: string
  threads(): number
  /** @throws StationError when there is no ffmpeg */
  ffmpegPath(): string
  announce(trackId: number): void
  log: Log
}

/** There is no decoder at present: nothing is wrong with the file. */
class NoDecoder extends Error {
  override readonly name = 'NoDecoder'
}

const backgroundNice = 19
const retryAfterMs = 30_000
const hashTimeoutSeconds = 600
const decodeTimeoutSeconds = 3600
const pageRows = 50

export class Analyser {
  private running: Promise<void> | null = null
  private retry: NodeJS.Timeout | null = null
  private closed = false
  /** Jobs that brought tracks in, so that a failure to decode ends in their list. */
  private readonly importedBy = new Map<number, string>()
  private readonly underWay = new Map<string, Promise<Decoded>>()
  /** Tracks that are about to play, the next one first. */
  private wanted: number[] = []
  private hurrying: Promise<void> | null = null
  /** A decode at the station's own priority is going on; another one has to do with the lowest. */
  private raised = false
  private readonly interruptions = new Map<string, number>()

  constructor(private readonly deps: AnalyserDeps) {}

  /** Resolves when nothing is left to measure, or measuring was cancelled. */
  async settled(): Promise<void> {
    while (this.running ?? this.hurrying) await (this.running ?? this.hurrying)
  }

  /** Starts measuring what waits for it. */
  wake(): void {
    if (this.closed || this.running) return
    this.running = this.run().finally(() => {
      this.running = null
    })
  }

  /**
   * Measures these tracks before all others, one after the other, as they are about to play. What is measured already, or
   * is being measured, costs nothing.
   * @param trackIds the next one first; takes the place of what was asked for before
   */
  prioritise(trackIds: readonly number[]): void {
    this.wanted = trackIds.filter((id) => this.deps.analyses.one(id) !== null)
    if (this.closed || this.hurrying || this.wanted.length === 0) return
    this.hurrying = this.hurry().finally(() => {
      this.hurrying = null
    })
  }

  expect(trackId: number, jobId: string): void {
    this.importedBy.set(trackId, jobId)
  }

  /**
   * Decodes and measures one file, unless that was done for the same content before.
   * Goes before the background work, with more of the processor.
   * @throws StationError `unavailable` when there is no ffmpeg
   */
  async decodeFile(path: string, claim: Claim): Promise<Decoded> {
    try {
      return await this.measure(path, claim, 'soon')
    } catch (error) {
      if (error instanceof NoDecoder) throw new StationError('unavailable', error.message)
      throw error
    }
  }

  /** Keeps what was measured, and makes the track playable. Inside the caller's transaction. */
  store(trackId: number, decoded: Extract<Decoded, { ok: true }>): void {
    this.deps.analyses.put(decoded.contentHash, decoded.analysis)
    this.deps.analyses.apply(trackId, decoded.contentHash, decoded.analysis)
    this.importedBy.delete(trackId)
  }

  /** Measures a track anew. @returns its job */
  again(trackId: number, contentHash: string | null, label: string): RunningJob {
    const { analyses, jobs } = this.deps
    analyses.forget(trackId, contentHash)
    const job = jobs.create('analysis', label)
    job.add({ found: 1 })
    job.start()
    const track = analyses.one(trackId)
    const work = track ? this.analyseTrack(track, job, 'soon') : Promise.resolve()
    work.then(
      () => job.end('done'),
      (error: Error) => {
        job.fail(track?.path ?? '', error.message)
        job.end('failed')
      },
    )
    return job
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.retry) clearTimeout(this.retry)
    await this.deps.pool.close()
    await Promise.all([this.running, this.hurrying])
  }

  private async hurry(): Promise<void> {
    const { analyses, jobs, log } = this.deps
    const tried = new Set<number>()
    for (;;) {
      const id = this.wanted.find((each) => !tried.has(each))
      if (id === undefined || this.closed) return
      tried.add(id)
      const track = analyses.one(id)
      if (!track) continue
      const job = jobs.create('analysis', basename(track.path))
      job.add({ found: 1 })
      job.start()
      try {
        await this.analyseTrack(track, job, 'soon')
        job.end('done')
      } catch (error) {
        if (this.closed) return
        log.warn('A track that is about to play could not be measured.', {
          path: track.path,
          why: (error as Error).message,
        })
        job.end('failed')
      }
    }
  }

  private async run(): Promise<void> {
    const { analyses, jobs, log } = this.deps
    if (this.retry) clearTimeout(this.retry)
    this.retry = null
    if (analyses.waiting() === 0) return
    const job = jobs.create('analysis', 'Loudness, cue points and waveforms')
    job.start()
    try {
      while (!this.closed && !job.cancelled.signal.aborted && (await this.pass(job)) > 0);
      job.end('done')
    } catch (error) {
      if (this.closed) return
      log.warn('Measuring tracks has to wait.', { why: (error as Error).message })
      job.end('failed')
      this.retry = setTimeout(() => this.wake(), retryAfterMs)
      this.retry.unref()
    }
  }

  /** Goes once through all that waits. @returns how many that were */
  private async pass(job: RunningJob): Promise<number> {
    const { analyses, threads } = this.deps
    const working = new Set<Promise<void>>()
    let failure: Error | null = null
    let count = 0
    let afterId = 0
    const stopped = () => this.closed || failure !== null || job.cancelled.signal.aborted
    job.add({ found: analyses.waiting() })
    for (
      let page = analyses.next(0, pageRows);
      page.length > 0 && !stopped();
      page = analyses.next(afterId, pageRows)
    ) {
      for (const track of page) {
        afterId = track.id
        if (stopped()) break
        count++
        const work: Promise<void> = this.analyseTrack(track, job, 'background')
          .catch((error: Error) => {
            failure ??= error
          })
          .finally(() => working.delete(work))
        working.add(work)
        while (working.size >= threads()) await Promise.race(working)
      }
    }
    await Promise.all(working)
    if (failure) throw failure
    return count
  }

  /** @throws NoDecoder, or an error of the database */
  private async analyseTrack(track: ToAnalyse, job: RunningJob, urgency: 'soon' | 'background'): Promise<void> {
    const { db, analyses, tracks, announce } = this.deps
    if (!analyses.one(track.id)) return job.add({ done: 1 })
    const decoded = await this.measure(track.path, track, urgency)
    // Meanwhile it may have been taken out, or its file may have changed: then it is not this one's turn any more.
    const current = analyses.one(track.id)
    if (!current || current.path !== track.path || this.closed) return job.add({ done: 1 })
    if (decoded.ok) inTransaction(db, () => this.store(track.id, decoded))
    else if (!existsSync(track.path)) tracks.setMissing(track.id, true)
    else this.refuse(track, job, decoded.why)
    job.add({ done: 1 })
    announce(track.id)
  }

  private refuse(track: ToAnalyse, job: RunningJob, why: string): void {
    const importedBy = this.importedBy.get(track.id)
    this.importedBy.delete(track.id)
    this.deps.tracks.fail(track.id, why)
    job.fail(track.path, why)
    if (importedBy) this.deps.jobs.failLater(importedBy, track.path, why)
  }

  private async measure(path: string, claim: Claim, urgency: 'soon' | 'background'): Promise<Decoded> {
    const decoded = await this.measureContent(path, claim, urgency)
    const missing = decoded.ok ? shortfall(claim, decoded.analysis) : null
    return missing === null ? decoded : { ok: false, why: missing }
  }

  private async measureContent(path: string, claim: Claim, urgency: 'soon' | 'background'): Promise<Decoded> {
    const { pool, analyses } = this.deps
    const urgent = urgency === 'soon'
    let contentHash: string
    try {
      const request: AnalysisRequest = { type: 'hash', path }
      contentHash = await pool.run<string>(request, { urgent, timeoutSeconds: hashTimeoutSeconds })
    } catch (error) {
      if (this.closed) throw error
      return { ok: false, why: `The file cannot be read: ${(error as Error).message}` }
    }
    const known = analyses.get(contentHash)
    if (known?.analyserVersion === analyserVersion) return { ok: true, contentHash, analysis: known }
    const other = this.underWay.get(contentHash)
    if (other) return other
    const work = this.decode(path, contentHash, claim, urgent).finally(() => this.underWay.delete(contentHash))
    this.underWay.set(contentHash, work)
    return work
  }

  private async decode(path: string, contentHash: string, claim: Claim, urgent: boolean): Promise<Decoded> {
    const { pool, artworkFolder } = this.deps
    const raise = urgent && !this.raised
    const request: AnalysisRequest = {
      type: 'analyse',
      path,
      ffmpegPath: this.ffmpegPath(),
      artworkFolder,
      artwork: claim.artwork,
      nice: raise ? 0 : backgroundNice,
    }
    let answer: AnalysisAnswer
    if (raise) this.raised = true
    try {
      answer = await pool.run<AnalysisAnswer>(request, { urgent, timeoutSeconds: decodeTimeoutSeconds })
    } catch (error) {
      if (this.closed) throw error
      answer = { ok: false, why: (error as Error).message, unavailable: error instanceof WorkerLost }
    } finally {
      if (raise) this.raised = false
    }
    if (answer.ok) return { ok: true, contentHash, analysis: answer.analysis }
    if (!answer.unavailable) return { ok: false, why: answer.why }
    const times = (this.interruptions.get(path) ?? 0) + 1
    this.interruptions.set(path, times)
    if (times < 3) throw new NoDecoder(answer.why)
    this.interruptions.delete(path)
    return { ok: false, why: `Decoding it was broken off three times: ${answer.why}` }
  }

  private ffmpegPath(): string {
    try {
      return this.deps.ffmpegPath()
    } catch (error) {
      throw new NoDecoder((error as Error).message)
    }
  }
}

/**
 * A header that promises more sound than there is: the end is missing. MP3 headers are often wrong and were checked by size.
 * @returns what is missing, in words
 */
function shortfall(claim: Claim, { durationSeconds }: Analysis): string | null {
  if (!claim.durationIsExact || claim.format === 'MP3') return null
  if (durationSeconds >= claim.durationSeconds * 0.98 - 0.5) return null
  const [have, promised] = [durationSeconds, claim.durationSeconds].map((seconds) => seconds.toFixed(1))
  return `The file is cut off or damaged: ${have} of ${promised} seconds could be decoded.`
}
