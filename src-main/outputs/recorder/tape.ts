// The rolling recording as it is written, in the listener worker: AAC frames of the program go into files of a minute
// each, with the frame and the time at which they aired.
import type { Log } from '../../monitoring/log'
import { ProgramReader } from '../../playout/program-ring'
import { aacFrameSamples } from '../frames/adts'
import { LevelGauge } from './levels'
import type { RecorderEvent, RecordOrder } from './protocol'
import { adtsFrame, millisecondsOf, programFramesOf, segmentHeader, segmentSuffix } from './segment-file'
import { SegmentWriter } from './segment-writer'

const segmentFrames = 60 * 48_000
const reportEveryFrames = 48_000
/** How much is held in memory while nothing is written. */
const heldFrames = 15 * 48_000
const retryMs = 10_000
/** The clock was set, or the engine let time go: what follows is a segment of its own. */
const clockJumpMs = 30

interface Units {
  programFrame: number
  units: Buffer[]
}

interface Segment {
  path: string | null
  startFrame: number
  startedAt: number
  nextFrame: number
  /** In the file already. */
  writtenFrames: number
  writtenBytes: number
  reportedFrames: number
  gauge: LevelGauge
}

export interface TapeOptions {
  ring: SharedArrayBuffer
  log: Log
  post: (event: RecorderEvent) => void
}

export class Tape {
  private readonly reader: ProgramReader
  private readonly writer: SegmentWriter
  private order: RecordOrder | null = null
  private segment: Segment | null = null
  private held: Units[] = []
  /** Everything before it has been recorded or left out. */
  private doneUntilFrame = 0
  private retryAtMs = 0
  private troubled = false

  constructor(private readonly options: TapeOptions) {
    this.reader = new ProgramReader(options.ring)
    this.writer = new SegmentWriter({ onTrouble: (reason, message) => this.trouble(reason, message) })
  }

  /** Whether frames of the program are wanted at all. */
  get wanted(): boolean {
    return this.order !== null && this.order.mode !== 'off'
  }

  obey(order: RecordOrder): void {
    const before = this.order
    this.order = order
    if (order.mode !== 'record') this.end()
    if (order.mode === 'off') this.held = []
    if (order.mode === 'record' && before?.mode !== 'record') {
      this.retryAtMs = 0
      const { fromMs } = order
      for (const one of this.held.splice(0)) {
        if (fromMs !== null && this.epochMsOf(one.programFrame + programFramesOf(one.units.length)) > fromMs) {
          this.record(one)
        }
      }
    }
  }

  /** AAC frames that follow each other, the first beginning at this frame of the program. */
  push(programFrame: number, units: readonly Buffer[]): void {
    if (!this.wanted) return
    // Another encoder may have begun a little earlier than the last one ended.
    const known = Math.ceil(Math.max(0, this.doneUntilFrame - programFrame) / aacFrameSamples)
    const fresh = { programFrame: programFrame + programFramesOf(known), units: units.slice(known) }
    if (fresh.units.length === 0) return
    this.doneUntilFrame = fresh.programFrame + programFramesOf(fresh.units.length)
    if (this.order?.mode === 'record') this.record(fresh)
    else this.hold(fresh)
  }

  /** The program ends here for now. */
  endProgram(): void {
    this.end()
    // The next begins with the frame of silence that encoders put before the first.
    this.doneUntilFrame = 0
  }

  private end(): void {
    const { segment } = this
    this.segment = null
    if (!segment) return
    this.writer.end(() => this.report(segment, true))
  }

  async close(): Promise<void> {
    this.end()
    await this.writer.close()
  }

  private hold(units: Units): void {
    this.held.push(units)
    while ((this.held[0]?.programFrame ?? 0) < this.doneUntilFrame - heldFrames) this.held.shift()
  }

  private record({ programFrame, units }: Units): void {
    if (performance.now() < this.retryAtMs) return
    const segment = this.continues(programFrame) ?? this.begin(programFrame)
    const bytes = Buffer.concat(units.map(adtsFrame))
    const frames = programFramesOf(units.length)
    segment.nextFrame = programFrame + frames
    this.gauge(segment, programFrame, frames)
    this.writer.append(bytes, () => {
      segment.writtenFrames += frames
      segment.writtenBytes += bytes.length
      if (segment.writtenFrames - segment.reportedFrames >= reportEveryFrames) this.report(segment, false)
    })
  }

  private continues(programFrame: number): Segment | null {
    const { segment } = this
    if (!segment || segment.nextFrame !== programFrame) return null
    if (programFrame - segment.startFrame >= segmentFrames) return null
    const expectedMs = segment.startedAt + millisecondsOf(programFrame - segment.startFrame)
    return Math.abs(this.epochMsOf(programFrame) - expectedMs) > clockJumpMs ? null : segment
  }

  private begin(startFrame: number): Segment {
    this.end()
    const { folder, run, timezone } = this.order as RecordOrder
    const startedAt = this.epochMsOf(startFrame)
    const segment: Segment = {
      ...{ path: null, startFrame, startedAt, nextFrame: startFrame },
      ...{ writtenFrames: 0, writtenBytes: 0, reportedFrames: 0, gauge: new LevelGauge() },
    }
    this.segment = segment
    const header = segmentHeader({ run, startFrame, startedAt })
    this.writer.recover()
    this.writer.begin(folder, fileName(startedAt, timezone), segmentSuffix, header, (path) => {
      segment.path = path
      segment.writtenBytes = header.length
      this.options.post({ type: 'opened', path, run, startFrame, startedAt })
      if (this.troubled) this.options.post({ type: 'well' })
      this.troubled = false
    })
    return segment
  }

  /** The sound itself is in the program still: it is some tenths of a second old. */
  private gauge({ gauge }: Segment, programFrame: number, frames: number): void {
    this.reader.seekTo(Math.max(0, programFrame))
    const missing = this.reader.position - programFrame
    if (missing > 0) gauge.skip(Math.min(missing, frames))
    const sound = this.reader.read(frames - Math.max(0, missing))
    if (sound) gauge.push(sound.samples)
    const got = (sound?.samples.length ?? 0) / 2 + Math.max(0, missing)
    if (got < frames) gauge.skip(frames - got)
  }

  private report(segment: Segment, closed: boolean): void {
    const { path, writtenFrames: frames, writtenBytes: bytes, gauge } = segment
    if (path === null) return
    segment.reportedFrames = frames
    this.options.post({ type: 'grown', path, frames, bytes, levels: gauge.read(), closed })
  }

  private trouble(reason: 'full' | 'failed' | 'slow', message: string): void {
    const { segment } = this
    this.segment = null
    this.retryAtMs = performance.now() + retryMs
    if (segment) this.report(segment, true)
    this.troubled = true
    this.options.log.warn('The recording could not be written.', { reason, message })
    this.options.post({ type: 'trouble', reason, message })
  }

  private epochMsOf(frame: number): number {
    return this.reader.epochMsOf(frame)
  }
}

/** `program/2026-11-21/18-00-00`, in the station's zone. */
function fileName(atMs: number, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).formatToParts(atMs)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '00'
  return `program/${part('year')}-${part('month')}-${part('day')}/${part('hour')}-${part('minute')}-${part('second')}`
}
