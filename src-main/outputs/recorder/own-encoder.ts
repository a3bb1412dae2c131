// An encoder for the recording alone, for a station without HLS: where there is HLS, its best variant is recorded.

import { EncodedTimeline } from '../encode/encoded-timeline'
import { recorderEncoderArgs } from '../encode/encoder-args'
import { ProgramFeed, type ProgramFeedOptions } from '../encode/program-feed'
import { aacFrameSamples, aacPrimingSamples, measureAdts, withoutAdtsHeader } from '../frames/adts'
import { FrameParser } from '../frames/frame-parser'

const leastFrames = 4800
/** A new encoder is given this much again, so that its first used frame is whole. */
const overlapUnits = 2

export interface OwnEncoderOptions extends Pick<ProgramFeedOptions, 'ring' | 'ffmpegPath' | 'log' | 'onState'> {
  onUnits: (programFrame: number, units: readonly Buffer[]) => void
}

export class OwnEncoder {
  readonly feed: ProgramFeed
  private readonly parser = new FrameParser(measureAdts)
  private readonly timeline = new EncodedTimeline(aacPrimingSamples)
  private units = 0
  private unitsToSkip = 0
  private endFrame: number | null = null

  constructor(private readonly options: OwnEncoderOptions) {
    const { ring, ffmpegPath, log, onState } = options
    this.feed = new ProgramFeed({
      ...{ name: 'encoder.recorder', job: 'recorder', ring, ffmpegPath, leastFrames },
      args: recorderEncoderArgs,
      onRun: (firstFrame) => this.begin(firstFrame),
      onData: (_, chunk) => this.take(chunk),
      onGap: (fedFrames, programFrame) => this.timeline.gap(fedFrames, programFrame),
      resumeFrame: () => (this.endFrame === null ? null : this.endFrame - overlapUnits * aacFrameSamples),
      ...(log ? { log } : {}),
      ...(onState ? { onState } : {}),
    })
  }

  start(firstFrame: number | null): void {
    this.endFrame = null
    this.feed.start(firstFrame)
  }

  close(): Promise<void> {
    return this.feed.close()
  }

  private begin(firstFrame: number): void {
    this.parser.reset()
    this.timeline.begin(firstFrame)
    this.units = 0
    const resumed = this.endFrame !== null && firstFrame === this.endFrame - overlapUnits * aacFrameSamples
    this.unitsToSkip = resumed ? overlapUnits + 1 : 0
  }

  private take(chunk: Buffer): void {
    let batch: Buffer[] = []
    for (const frame of this.parser.push(chunk)) {
      const programFrame = this.timeline.programFrameOf(this.units * aacFrameSamples)
      this.units += 1
      if (this.unitsToSkip > 0) {
        this.unitsToSkip -= 1
        continue
      }
      if (programFrame !== this.endFrame) {
        this.give(batch)
        batch = []
      }
      batch.push(withoutAdtsHeader(frame))
      this.endFrame = programFrame + aacFrameSamples
    }
    this.give(batch)
  }

  private give(units: readonly Buffer[]): void {
    if (units.length > 0) this.options.onUnits((this.endFrame ?? 0) - units.length * aacFrameSamples, units)
  }
}
