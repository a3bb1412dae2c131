// Gives the engine its blocks when they are due: the monotonic clock, a wait that does not depend on timers, and a way
// back in step after the computer slept.
import { performance } from 'node:perf_hooks'
import type { ProgramWriter } from '../program-ring'
import type { OpenDecoder } from './decoder-process'
import { DeferredDecoders } from './deferred-decoders'
import { Engine } from './engine'
import { blockMs, sampleRate } from './format'
import type { EngineCommand, EngineEvent, LivePortMessage, PacingReport } from './protocol'

/** Later than this the missed time is let go: a burst of old sound helps nobody. */
const resyncMs = 1000
const reportBlocks = 500
const clockCheckBlocks = 50
/** The wall clock was set, or the computer slept. */
const clockJumpMs = 100

export interface RealtimeDriverOptions {
  program: ProgramWriter
  openDecoder: OpenDecoder
  emit: (event: EngineEvent) => void
}

export class RealtimeDriver {
  private readonly engine: Engine
  private readonly decoders: DeferredDecoders
  private readonly waitCell = new Int32Array(new SharedArrayBuffer(4))
  private baseFrame = 0
  private baseMs = 0
  private baseEpochMs = 0
  private turning = false
  private closed = false
  private resyncs = 0
  private readonly lateMs = new Float64Array(reportBlocks)
  private lateCount = 0
  private missed = 0
  private busyMs = 0

  constructor(private readonly options: RealtimeDriverOptions) {
    const { program, openDecoder, emit } = options
    this.decoders = new DeferredDecoders(openDecoder)
    this.engine = new Engine({
      clock: { epochMsOf: (frame) => program.epochMsOf(frame) },
      openDecoder: this.decoders.open,
      emit,
      firstFrame: program.writtenFrames(),
      activity: () => this.prepareOffAir(),
    })
    // Whether the program is on air is left as it was: outputs keep their listeners while a worker is replaced.
    program.anchor(this.engine.frame, Date.now())
  }

  command(command: EngineCommand): void {
    if (this.closed) return
    if (command.type === 'start' && !this.engine.onAir) this.anchor()
    this.engine.command(command)
    if (command.type === 'stop' && !this.engine.onAir) this.options.program.setOnAir(false)
    this.prepareOffAir()
    if (!this.engine.onAir || this.turning) return
    this.turning = true
    this.options.program.setOnAir(true)
    this.turn()
  }

  receiveLive(message: LivePortMessage): void {
    if (!this.closed) this.engine.receiveLive(message)
  }

  close(): void {
    this.closed = true
    this.options.program.setOnAir(false)
    this.engine.close()
  }

  /** Without blocks between which to do it, what comes next is loaded as things happen. */
  private prepareOffAir(): void {
    if (this.turning || this.closed) return
    this.engine.prepare()
    while (this.decoders.startOne());
  }

  private anchor(): void {
    this.baseFrame = this.engine.frame
    this.baseMs = performance.now()
    this.baseEpochMs = Date.now()
    this.options.program.anchor(this.baseFrame, this.baseEpochMs)
  }

  private dueMs(frame: number): number {
    return this.baseMs + ((frame - this.baseFrame) * 1000) / sampleRate
  }

  // One turn of the event loop serves the pipes and the ports; then this renders what is due and sleeps until more is.
  private turn(): void {
    if (this.closed) return
    if (performance.now() - this.dueMs(this.engine.frame) > resyncMs) {
      this.resyncs++
      this.anchor()
    }
    while (this.engine.onAir && performance.now() >= this.dueMs(this.engine.frame)) this.renderBlock()
    if (!this.engine.onAir) {
      this.turning = false
      this.options.program.setOnAir(false)
      return
    }
    this.decoders.startOne()
    const restMs = this.dueMs(this.engine.frame) - performance.now()
    if (restMs > 0) Atomics.wait(this.waitCell, 0, 0, restMs)
    setImmediate(() => this.turn())
  }

  private renderBlock(): void {
    const { engine, options } = this
    const dueMs = this.dueMs(engine.frame)
    const beforeMs = performance.now()
    const block = engine.renderBlock()
    options.program.write(block)
    const afterMs = performance.now()
    this.busyMs += afterMs - beforeMs
    this.lateMs[this.lateCount++] = beforeMs - dueMs
    if (beforeMs - dueMs > blockMs) this.missed++
    if (this.lateCount % clockCheckBlocks === 0) this.checkWallClock()
    if (this.lateCount === reportBlocks) this.report()
  }

  private checkWallClock(): void {
    const expected = this.baseEpochMs + performance.now() - this.baseMs
    const now = Date.now()
    if (Math.abs(now - expected) < clockJumpMs) return
    this.baseEpochMs += now - expected
    this.options.program.anchor(this.baseFrame, this.baseEpochMs)
  }

  private report(): void {
    const sorted = this.lateMs.slice(0, this.lateCount).sort()
    const report: PacingReport = {
      blocks: this.lateCount,
      lateP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      lateMaxMs: sorted.at(-1) ?? 0,
      missed: this.missed,
      resyncs: this.resyncs,
      blockMicros: (this.busyMs * 1000) / this.lateCount,
    }
    this.lateCount = 0
    this.missed = 0
    this.busyMs = 0
    this.options.emit({ type: 'pacing', report })
  }
}
