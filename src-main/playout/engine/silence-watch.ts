// How long the program has been silent, and what is to be done about it: first a word, then an act. Used by the engine alone.
import { blockFrames, framesOf, gainOf, secondsOf } from './format'
import type { EngineConfiguration } from './protocol'

export interface SilenceStep {
  /** `act` comes again and again for as long as acting did not help. */
  step: 'warn' | 'act' | 'over'
  seconds: number
}

export class SilenceWatch {
  private silentBlocks = 0
  /** Since the last act, which starts the count to the next. */
  private sinceAct = 0
  private told = false

  /**
   * Takes one block of the program.
   * @param rms of the block, 1 is full scale
   * @param expected silence is meant just now: it is not counted
   * @param live a source has the program, which is given less patience
   */
  take(
    rms: number,
    { belowDbfs, warnSeconds, seconds, liveSeconds }: EngineConfiguration['deadAir'],
    { expected, live }: { expected: boolean; live: boolean },
  ): SilenceStep | null {
    if (expected || rms >= gainOf(belowDbfs)) return this.end()
    this.silentBlocks++
    this.sinceAct++
    const limitFrames = framesOf(live ? liveSeconds : seconds)
    if (this.sinceAct * blockFrames >= limitFrames) {
      this.sinceAct = 0
      this.told = true
      return { step: 'act', seconds: this.seconds }
    }
    const warnFrames = framesOf(warnSeconds)
    if (this.told || warnFrames >= limitFrames || this.silentBlocks * blockFrames < warnFrames) return null
    this.told = true
    return { step: 'warn', seconds: this.seconds }
  }

  reset(): void {
    this.silentBlocks = 0
    this.sinceAct = 0
    this.told = false
  }

  private get seconds(): number {
    return secondsOf(this.silentBlocks * blockFrames)
  }

  private end(): SilenceStep | null {
    const over: SilenceStep | null = this.told ? { step: 'over', seconds: this.seconds } : null
    this.reset()
    return over
  }
}
