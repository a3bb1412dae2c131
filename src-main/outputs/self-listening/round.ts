// The round of the outputs: one after another is listened to for some seconds and judged; one that is not as it should be
// is listened to again at once. Runs in the listening worker.
import type { HeardVerdict } from '@contract/outputs'
import type { Log } from '../../monitoring/log'
import { Decoders, type DecodersOptions } from './decoders'
import { Fingerprinter, type Row } from './fingerprint'
import { type HlsPlace, hearHls } from './hls-ear'
import { type Finding, judge } from './judge'
import { hearMount } from './mount-ear'
import { ProgramMemory } from './program-memory'
import type { HeardOutput, Report, Target } from './protocol'
import { hearRtmp } from './rtmp-ear'
import { type Codec, HearingError, type Snippet } from './snippet'

/** Once round, however many outputs there are. */
const roundMs = 12_000
/** After going on air the outputs need a moment. */
const settleMs = 8000
const againMs = 1500
const longestMs = 12_000
const keptLatencies = 5
const keptEarlier = 3
/** The first rows hold what the decoder had left and what it takes to get going. */
const unsureRows = 4
const memoryMs = 1000

export interface RoundOptions extends DecodersOptions {
  ring: SharedArrayBuffer
  token: string
  log: Log
  onReport: (report: Report) => void
}

interface Known {
  latencies: number[]
  earlier: Row[][]
  hlsPlace: HlsPlace | null
  /** Bad ones in a row. */
  bad: number
  nextMs: number
}

export class Round {
  private readonly memory: ProgramMemory
  private readonly decoders: Decoders
  private readonly known = new Map<HeardOutput, Known>()
  private readonly ending = new AbortController()
  private readonly timers: NodeJS.Timeout[] = []
  private targets: Target[] = []
  private onAirSinceMs: number | null = null
  private writtenFrames = 0
  private engineMovedMs = 0
  private busy: Promise<void> = Promise.resolve()
  private listening = false

  constructor(private readonly options: RoundOptions) {
    this.memory = new ProgramMemory(options.ring)
    this.decoders = new Decoders(options)
    this.timers.push(setInterval(() => this.tick(), memoryMs / 2))
  }

  /** What there is to listen to; what is known of those that stay is kept. */
  setTargets(targets: Target[]): void {
    for (const id of this.known.keys()) if (!targets.some((target) => target.id === id)) this.known.delete(id)
    for (const { id, url } of targets) {
      if (this.targets.find((before) => before.id === id)?.url !== url) this.forget(id)
    }
    this.targets = targets
  }

  /** It has been started anew. */
  forget(id: HeardOutput): void {
    const { bad = 0 } = this.known.get(id) ?? {}
    const nextMs = performance.now() + againMs * 2
    this.known.set(id, { latencies: [], earlier: [], hlsPlace: null, bad, nextMs })
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    this.ending.abort()
    await this.busy
    await this.decoders.close()
  }

  private tick(): void {
    this.memory.listen()
    const nowMs = performance.now()
    const { onAir, writtenFrames } = this.memory
    if (!onAir) this.onAirSinceMs = null
    else this.onAirSinceMs ??= nowMs
    if (writtenFrames !== this.writtenFrames) {
      this.writtenFrames = writtenFrames
      this.engineMovedMs = nowMs
    }
    if (this.listening || !this.comparable(nowMs)) return
    const target = this.due(nowMs)
    if (!target) return
    this.listening = true
    this.busy = this.listenTo(target).finally(() => {
      this.listening = false
    })
  }

  /** On air for a while, and the program moves. */
  private comparable(nowMs: number): boolean {
    const { onAirSinceMs } = this
    return onAirSinceMs !== null && nowMs - onAirSinceMs > settleMs && nowMs - this.engineMovedMs < memoryMs * 2
  }

  private due(nowMs: number): Target | null {
    const waiting = this.targets.filter(({ id }) => this.of(id).nextMs <= nowMs)
    const since = ({ id }: Target) => this.of(id).nextMs
    return waiting.sort((one, other) => since(one) - since(other))[0] ?? null
  }

  private of(id: HeardOutput): Known {
    const found = this.known.get(id)
    if (found) return found
    // Not all at once: each has its place in the round from the beginning.
    const place = this.targets.findIndex((target) => target.id === id)
    const nextMs = performance.now() + (roundMs * Math.max(0, place)) / Math.max(1, this.targets.length)
    const fresh: Known = { latencies: [], earlier: [], hlsPlace: null, bad: 0, nextMs }
    this.known.set(id, fresh)
    return fresh
  }

  private async listenTo(target: Target): Promise<void> {
    const known = this.of(target.id)
    const beganMs = performance.now()
    const fromMs = Date.now()
    const finding = await this.find(target, known)
    // It went off air, or was taken away, while it was listened to.
    if (this.ending.signal.aborted || this.known.get(target.id) !== known) return
    if (!this.comparable(performance.now())) {
      known.nextMs = beganMs + roundMs
      return
    }
    this.settle(target.id, known, finding, { fromMs, beganMs })
  }

  private settle(
    id: HeardOutput,
    known: Known,
    { verdict, latencyMs, levelDb, similarity, why }: Finding,
    { fromMs, beganMs }: { fromMs: number; beganMs: number },
  ): void {
    this.options.log.debug('Listened to an output.', { output: id, verdict, latencyMs, levelDb, similarity, why })
    const isBad = verdict !== 'ok' && verdict !== 'unclear'
    if (isBad) known.bad += 1
    else if (verdict === 'ok') known.bad = 0
    known.nextMs = known.bad > 0 ? performance.now() + againMs : beganMs + roundMs
    if (latencyMs !== null) known.latencies = [...known.latencies, latencyMs].slice(-keptLatencies)
    if (verdict === 'unclear') return
    this.options.onReport({
      ...{ id, verdict: verdict as HeardVerdict, confirmed: !isBad || known.bad >= 2, fromMs, toMs: Date.now() },
      ...{ levelDb, latencyMs: middle(known.latencies), why },
    })
  }

  private async find(target: Target, known: Known): Promise<Finding> {
    const nothing = { levelDb: null, latencyMs: null, similarity: null }
    try {
      const snippet = await this.hear(target, known)
      const samples = await this.decoders.decode(snippet)
      this.memory.listen()
      if (!samples) return { ...nothing, verdict: 'wrongAudio', why: 'What it sends cannot be decoded.' }
      const rows = rowsOf(samples)
      const finding = judge(this.memory, {
        ...{ rows, playedAtMs: snippet.playedAtMs + unsureMs, latencyMs: middle(known.latencies) },
        ...{ mostLatencyMs: target.mostLatencyMs, gainDb: target.gainDb, ceilingDbtp: target.ceilingDbtp },
        earlier: known.earlier,
      })
      known.earlier = [rows, ...known.earlier].slice(0, keptEarlier)
      return finding
    } catch (error) {
      if (error instanceof HearingError) return { ...nothing, verdict: error.verdict, why: error.message }
      return { ...nothing, verdict: 'unclear', why: (error as Error).message }
    }
  }

  private async hear({ id, url }: Target, known: Known): Promise<Snippet> {
    const signal = AbortSignal.any([this.ending.signal, AbortSignal.timeout(longestMs)])
    if (id === 'rtmp') return hearRtmp(url, signal)
    if (id !== 'hls') return hearMount(url, id satisfies Codec, this.options.token, signal)
    const { snippet, place } = await hearHls(url, this.options.token, known.hlsPlace, signal)
    known.hlsPlace = place
    return snippet
  }
}

const unsureMs = unsureRows * 32

function rowsOf(samples: Float32Array): Row[] {
  const rows: Row[] = []
  new Fingerprinter().push(samples, (row) => rows.push(row))
  return rows.slice(unsureRows)
}

function middle(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((one, other) => one - other)
  return Math.round(sorted[Math.floor(sorted.length / 2)] as number)
}
