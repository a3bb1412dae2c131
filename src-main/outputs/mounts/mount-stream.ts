// A mount with its encoder: frames are cut, placed on the program's timeline and handed to the mount.

import { EncodedTimeline } from '../encode/encoded-timeline'
import { type MountFormat, mountEncoderArgs } from '../encode/encoder-args'
import { ProgramFeed, type ProgramFeedOptions } from '../encode/program-feed'
import { aacFrameSamples, aacPrimingSamples, measureAdts } from '../frames/adts'
import { FrameParser } from '../frames/frame-parser'
import { measureMp3, mp3FrameSamples } from '../frames/mp3'
import { isOpusHeaderPage, measureOggPage, opusHeaderPages, readOggPage, renumberOggPage } from '../frames/ogg'
import { icyIntervalOf } from './icy'
import { Mount, type MountOptions } from './mount'

export const mountTypes: Record<MountFormat, string> = { mp3: 'audio/mpeg', aac: 'audio/aac', opus: 'audio/ogg' }

const rate = 48_000
/** LAME's 576 + 529 + 1: how much later its output begins than its input. */
const mp3DelaySamples = 1106
const opusPreSkipSamples = 312
const delaySamples: Record<MountFormat, number> = {
  mp3: mp3DelaySamples,
  aac: aacPrimingSamples,
  opus: opusPreSkipSamples,
}

export interface MountStreamOptions
  extends Pick<MountOptions, 'titles' | 'burstSeconds'>,
    Pick<ProgramFeedOptions, 'ring' | 'ffmpegPath' | 'log' | 'onState'> {
  format: MountFormat
  kbps: number
  /** For the header of an Opus stream. */
  stationName: () => string
}

export class MountStream {
  readonly mount: Mount
  readonly feed: ProgramFeed
  readonly kbps: number
  private readonly timeline: EncodedTimeline
  private readonly framing: Framing
  private encodedSamples = 0
  private resumable = false

  constructor(options: MountStreamOptions) {
    const { format, kbps } = options
    this.kbps = kbps
    this.timeline = new EncodedTimeline(delaySamples[format])
    this.framing = framings[format](options)
    this.mount = new Mount({
      titles: options.titles,
      burstSeconds: options.burstSeconds,
      icyInterval: icyIntervalOf(kbps),
      ...(this.framing.preamble ? { preamble: this.framing.preamble } : {}),
    })
    this.feed = new ProgramFeed({
      // What ffmpeg reads at once: less would only wake it in vain.
      leastFrames: 1024,
      name: `encoder.${format}`,
      job: 'mount',
      ring: options.ring,
      ffmpegPath: options.ffmpegPath,
      args: () => mountEncoderArgs(format, kbps),
      onRun: (firstFrame) => this.begin(firstFrame),
      onData: (_output, chunk) => this.take(chunk),
      onGap: (fedFrames, programFrame) => this.timeline.gap(fedFrames, programFrame),
      // Exactly where the bytes ended, so that listeners lose only the few milliseconds an encoder takes to begin.
      resumeFrame: () =>
        this.resumable ? this.timeline.programFrameOf(this.encodedSamples + delaySamples[format]) : null,
      ...(options.log ? { log: options.log } : {}),
      ...(options.onState ? { onState: options.onState } : {}),
    })
  }

  start(firstFrame: number | null): void {
    this.resumable = false
    this.feed.start(firstFrame)
  }

  tick(): void {
    this.feed.tick()
  }

  /** Off air: the tail goes out, then the connections are ended. */
  async goOffAir(): Promise<void> {
    this.resumable = false
    await this.feed.drain()
    this.mount.end()
  }

  async close(): Promise<void> {
    await this.feed.close()
    this.mount.end()
  }

  private begin(firstFrame: number): void {
    this.timeline.begin(firstFrame)
    this.framing.begin()
    this.encodedSamples = 0
    this.resumable = true
  }

  private take(chunk: Buffer): void {
    const { bytes, samples } = this.framing.take(chunk)
    if (samples === 0) return
    this.mount.push({
      bytes,
      programFrame: this.timeline.programFrameOf(this.encodedSamples),
      seconds: samples / rate,
    })
    this.encodedSamples += samples
  }
}

/** How a format is cut into pieces at which a listener may begin. */
interface Framing {
  begin(): void
  take(chunk: Buffer): { bytes: Buffer; samples: number }
  preamble?: () => Buffer
}

const framings: Record<MountFormat, (options: MountStreamOptions) => Framing> = {
  mp3: () => fixedFrames(new FrameParser(measureMp3), mp3FrameSamples),
  aac: () => fixedFrames(new FrameParser(measureAdts), aacFrameSamples),
  opus: (options) => opusPages(options.stationName),
}

function fixedFrames(parser: FrameParser, samplesPerFrame: number): Framing {
  return {
    begin: () => parser.reset(),
    take(chunk) {
      const frames = parser.push(chunk)
      const bytes = frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames)
      return { bytes, samples: frames.length * samplesPerFrame }
    },
  }
}

/** One logical Ogg stream for as long as the mount lives: pages of every encoder are numbered on. */
function opusPages(stationName: () => string): Framing {
  const parser = new FrameParser(measureOggPage)
  const serial = Math.floor(Math.random() * 0xffff_ffff)
  let sequence = 2
  let granuleOffset = 0n
  let lastGranule = 0n
  let runGranule = 0n
  return {
    begin() {
      parser.reset()
      granuleOffset = lastGranule
      runGranule = 0n
    },
    take(chunk) {
      const pages: Buffer[] = []
      let samples = 0
      for (const page of parser.push(chunk)) {
        if (isOpusHeaderPage(page)) continue
        const { granule } = readOggPage(page)
        if (granule < 0n) continue
        samples += Number(granule - runGranule)
        runGranule = granule
        lastGranule = granuleOffset + granule
        pages.push(renumberOggPage(page, serial, sequence, lastGranule))
        sequence += 1
      }
      return { bytes: Buffer.concat(pages), samples }
    },
    preamble: () => opusHeaderPages(serial, opusPreSkipSamples, [`TITLE=${stationName()}`]),
  }
}
