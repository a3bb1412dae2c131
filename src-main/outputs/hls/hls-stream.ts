// HLS as one output: the encoder of all variants, the ladder it fills, and the answers to what players ask for.
import { gzipSync } from 'node:zlib'
import { hlsEncoderArgs, hlsLadderKbps, hlsPipes } from '../encode/encoder-args'
import { ProgramFeed, type ProgramFeedOptions } from '../encode/program-feed'
import { aacFrameSamples, aacPrimingSamples, measureAdts, withoutAdtsHeader } from '../frames/adts'
import { FrameParser } from '../frames/frame-parser'
import { initSegment } from './cmaf'
import { Ladder, targetSeconds } from './ladder'
import { type DateRange, multivariantPlaylist, partHoldBackSeconds, variantPlaylist } from './playlist'

/** A new encoder is given this much of what the one before had already encoded, so that its first used frame is whole. */
const overlapUnits = 2
/** A tenth of a second at once: a part lasts three times as long. */
const leastFrames = 4800
const longestWaitMs = targetSeconds * 3 * 1000
/** After going off air the playlists are still answered this long: players hear the end. */
const tailMs = 3000

export interface HlsStreamOptions extends Pick<ProgramFeedOptions, 'ring' | 'ffmpegPath' | 'log' | 'onState'> {
  epochMsOf: (programFrame: number) => number
  ranges: () => readonly DateRange[]
  /** Access units of the best variant as they come, the first beginning at this frame of the program. */
  onUnits?: (programFrame: number, units: readonly Buffer[]) => void
  now?: () => number
}

export interface Playlist {
  text: string
  gzip: () => Buffer
}

export class HlsStream {
  readonly feed: ProgramFeed
  private readonly ladder: Ladder
  private readonly parsers = hlsLadderKbps.map(() => new FrameParser(measureAdts))
  private readonly inits = hlsLadderKbps.map(initSegment)
  private readonly cache = new Map<number, { key: string; playlist: Playlist }>()
  private readonly waiting = new Set<() => void>()
  private readonly now: () => number
  private fresh = true
  private running = false
  private offAirAtMs = Number.NEGATIVE_INFINITY
  private partLagMs: number | null = null

  constructor(private readonly options: HlsStreamOptions) {
    this.now = options.now ?? Date.now
    const startMs = this.now()
    this.ladder = new Ladder({
      variants: hlsLadderKbps.length,
      epochMsOf: options.epochMsOf,
      // Numbers that only grow, also over a restart of the station: no more than one segment begins in four seconds.
      firstNumber: Math.floor(startMs / (targetSeconds * 1000)),
      // Different after a restart, yet small: hls.js walks through everything below it.
      firstDiscontinuity: Math.floor(startMs / 1000) % 1000,
      onGrown: () => this.grown(),
      onUnits: (programFrame, units) => options.onUnits?.(programFrame, units.at(-1) ?? []),
    })
    this.feed = new ProgramFeed({
      name: 'encoder.hls',
      job: 'hls',
      ring: options.ring,
      ffmpegPath: options.ffmpegPath,
      args: hlsEncoderArgs,
      outputs: hlsPipes,
      leastFrames,
      onRun: (firstFrame) => this.begin(firstFrame),
      onData: (variant, chunk) => this.take(variant, chunk),
      onGap: (fedFrames, programFrame) => this.gap(fedFrames, programFrame),
      resumeFrame: () => (this.fresh ? null : this.ladder.resumeFrame - overlapUnits * aacFrameSamples),
      ...(options.log ? { log: options.log } : {}),
      ...(options.onState ? { onState: options.onState } : {}),
    })
  }

  start(firstFrame: number | null): void {
    this.fresh = true
    this.running = true
    this.feed.start(firstFrame)
  }

  async goOffAir(): Promise<void> {
    await this.feed.drain()
    this.ladder.finish()
    this.running = false
    this.offAirAtMs = this.now()
    this.grown()
  }

  async close(): Promise<void> {
    this.running = false
    this.offAirAtMs = Number.NEGATIVE_INFINITY
    await this.feed.close()
    this.grown()
  }

  /** How far behind the program a low-latency player is told to stay; null before the first part. */
  get latencyMs(): number | null {
    return this.partLagMs === null || !this.running ? null : Math.round(this.partLagMs + partHoldBackSeconds * 1000)
  }

  /** @returns null while off air */
  multivariant(query: string): string | null {
    if (!this.running) return null
    // The first one is where players begin.
    const order = [1, 0, 2]
    return multivariantPlaylist(
      order.map((variant) => ({
        uri: `${hlsLadderKbps[variant]}/live.m3u8${query}`,
        kbps: hlsLadderKbps[variant] as number,
        peakBitsPerSecond: this.ladder.peakBitsPerSecond(variant),
      })),
    )
  }

  /**
   * A variant's playlist, once it holds what is asked for.
   * @param wanted the segment and part that must be in it; without it a playlist with at least one whole segment
   * @returns 'bad' for a number that is too far ahead, null when it did not come in time or the station is off air
   */
  async playlist(
    variant: number,
    wanted: { number: number; part: number | null } | null,
  ): Promise<Playlist | 'bad' | null> {
    if (wanted && wanted.number > this.ladder.edge.number + 2) return 'bad'
    const there = () => (wanted ? this.reached(wanted.number, wanted.part) : this.ladder.listed().length > 0)
    if (!(await this.when(there)) || !this.answering()) return null
    return this.render(variant)
  }

  init(variant: number): Buffer | undefined {
    return this.inits[variant]
  }

  segment(variant: number, number: number): Buffer | undefined {
    return this.ladder.find(number)?.bytes?.[variant]
  }

  /** A part; the one that is hinted at is waited for. */
  async part(variant: number, number: number, index: number): Promise<Buffer | undefined> {
    const { edge } = this.ladder
    if (number === edge.number && index === edge.parts) await this.when(() => this.reached(number, index))
    return this.ladder.find(number)?.parts[index]?.bytes[variant]
  }

  private answering(): boolean {
    return this.running || this.now() - this.offAirAtMs < tailMs
  }

  private reached(number: number, part: number | null): boolean {
    const { edge } = this.ladder
    return edge.number > number || (part !== null && edge.number === number && edge.parts > part)
  }

  private render(variant: number): Playlist {
    const ranges = this.options.ranges()
    const key = `${this.ladder.version} ${ranges.map((range) => range.id).join(' ')}`
    const cached = this.cache.get(variant)
    if (cached?.key === key) return cached.playlist
    const others = hlsLadderKbps.flatMap((kbps, other) => (other === variant ? [] : [`../${kbps}/live.m3u8`]))
    const text = variantPlaylist({ ladder: this.ladder, ranges, others })
    let packed: Buffer | null = null
    const playlist: Playlist = {
      text,
      gzip() {
        packed ??= gzipSync(text, { level: 5 })
        return packed
      },
    }
    this.cache.set(variant, { key, playlist })
    return playlist
  }

  /** @returns false when it did not become true in time, or the station went off air */
  private when(there: () => boolean): Promise<boolean> {
    if (there()) return Promise.resolve(true)
    if (!this.running) return Promise.resolve(false)
    return new Promise((resolve) => {
      const finish = (result: boolean) => {
        clearTimeout(timer)
        this.waiting.delete(check)
        resolve(result)
      }
      const check = () => {
        if (there()) finish(true)
        else if (!this.running) finish(false)
      }
      const timer = setTimeout(() => finish(false), longestWaitMs)
      this.waiting.add(check)
    })
  }

  private grown(): void {
    if (this.feed && this.ladder.growing) {
      this.partLagMs = this.now() - this.options.epochMsOf(this.ladder.resumeFrame)
    }
    for (const check of [...this.waiting]) check()
  }

  private begin(firstFrame: number): void {
    for (const parser of this.parsers) parser.reset()
    const goesOn = this.ladder.resumeFrame
    const resumed = !this.fresh && firstFrame === goesOn - overlapUnits * aacFrameSamples
    if (resumed) this.ladder.begin(goesOn, overlapUnits + 1, false)
    else this.ladder.begin(firstFrame - aacPrimingSamples, 0, this.fresh)
    this.fresh = false
  }

  private take(variant: number, chunk: Buffer): void {
    const units = this.parsers[variant]?.push(chunk).map(withoutAdtsHeader) ?? []
    if (units.length > 0) this.ladder.push(variant, units)
  }

  private gap(fedFrames: number, programFrame: number): void {
    const inputUnit = Math.ceil(fedFrames / aacFrameSamples)
    this.ladder.gap(inputUnit + 1, programFrame + inputUnit * aacFrameSamples - fedFrames)
  }
}
