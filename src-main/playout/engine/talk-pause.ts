// Long talk pauses the music in place of ducking it: the queue fades, stands still at that very frame, and comes back with
// a fade. The queue has frames of its own, which do not count while it stands still.
import { Fader } from './dsp/ramp'
import { blockFrames, framesOf } from './format'

const fadeFrames = framesOf(0.7)

export class TalkPause {
  private readonly fader = new Fader(1)
  private pausing = false
  /** Stays silent until nothing of the queue sounds any more: a presenter took over meanwhile. */
  private hushed = false
  /** While the queue stands still: when the talk is expected to end. */
  untilFrame: number | null = null
  /** For so many frames the queue has stood still so far. */
  pausedFrames = 0

  /** The queue stands still. */
  get frozen(): boolean {
    return this.untilFrame !== null
  }

  /**
   * To be called once a block, before the queue is rendered.
   * @param talkSeconds how long the talk that pauses the queue still takes; null when there is none
   * @returns whether `untilFrame` changed, by more than rounding
   */
  tick(frame: number, talkSeconds: number | null, queueSilent: boolean): boolean {
    const pause = talkSeconds !== null
    if (this.hushed && queueSilent) {
      this.hushed = false
      this.fader.moveTo(1, frame, 0)
    }
    if (pause !== this.pausing) {
      this.pausing = pause
      if (!this.hushed) this.fader.moveTo(pause ? 0 : 1, frame, fadeFrames)
    }
    const before = this.untilFrame
    this.untilFrame = pause && this.fader.settledAt(frame) ? frame + framesOf(talkSeconds) : null
    if (this.untilFrame === null) return before !== null
    this.pausedFrames += blockFrames
    if (before !== null && Math.abs(before - this.untilFrame) < blockFrames) {
      this.untilFrame = before
      return false
    }
    return true
  }

  /** A presenter takes the program: what was paused must not be heard again. */
  hush(frame: number): void {
    if (!this.frozen) return
    this.hushed = true
    this.pausing = false
    this.untilFrame = null
    this.fader.moveTo(0, frame, 0)
  }

  /** Fades one block of music in place. */
  apply(music: Float32Array, frame: number): void {
    this.fader.apply(music, frame, blockFrames)
  }

  /** The station goes off air. */
  reset(frame: number): void {
    this.pausing = false
    this.hushed = false
    this.untilFrame = null
    this.fader.moveTo(1, frame, 0)
  }
}
