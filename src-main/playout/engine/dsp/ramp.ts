// Gain ramps, computed for every sample.

export type RampCurve = 'equal-power' | 'linear'

/** Gain at a position from 0 (silent) to 1 (full). Both sides of an equal-power crossfade: their squares add up to 1. */
function rampGain(curve: RampCurve, position: number): number {
  if (position <= 0) return 0
  if (position >= 1) return 1
  return curve === 'linear' ? position : Math.sin((position * Math.PI) / 2)
}

/** A ramp between silence and full level over a stretch of frames. Before it and after it the gain stands still. */
export class Ramp {
  readonly endFrame: number

  constructor(
    readonly direction: 'in' | 'out',
    readonly curve: RampCurve,
    readonly startFrame: number,
    readonly lengthFrames: number,
  ) {
    this.endFrame = startFrame + lengthFrames
  }

  gainAt(frame: number): number {
    const position =
      this.lengthFrames > 0 ? (frame - this.startFrame) / this.lengthFrames : frame >= this.startFrame ? 1 : 0
    return rampGain(this.curve, this.direction === 'in' ? position : 1 - position)
  }

  /** Whether any of the frames has a gain other than 1. */
  touches(frame: number, frames: number): boolean {
    return this.direction === 'in' ? frame < this.endFrame : frame + frames > this.startFrame
  }

  /** Multiplies the gains of `frames` frames that begin with `frame`. */
  multiply(gains: Float64Array, frame: number, frames: number): void {
    for (let index = 0; index < frames; index++) gains[index] = gains[index]! * this.gainAt(frame + index)
  }
}

/** A level that moves to where it is told, linearly in amplitude. Used for the whole program and for live sources. */
export class Fader {
  private from: number
  private target: number
  private startFrame = 0
  private lengthFrames = 0

  constructor(level: number) {
    this.from = level
    this.target = level
  }

  moveTo(target: number, frame: number, lengthFrames: number): void {
    this.from = this.levelAt(frame)
    this.target = target
    this.startFrame = frame
    this.lengthFrames = lengthFrames
  }

  levelAt(frame: number): number {
    const elapsed = frame - this.startFrame
    if (elapsed >= this.lengthFrames) return this.target
    return this.from + ((this.target - this.from) * elapsed) / this.lengthFrames
  }

  settledAt(frame: number): boolean {
    return frame >= this.startFrame + this.lengthFrames
  }

  apply(samples: Float32Array, frame: number, frames: number): void {
    if (this.settledAt(frame)) {
      if (this.target === 1) return
      const target = this.target
      for (let index = 0; index < frames * 2; index++) samples[index] = samples[index]! * target
      return
    }
    for (let index = 0; index < frames; index++) {
      const level = this.levelAt(frame + index)
      samples[index * 2] = samples[index * 2]! * level
      samples[index * 2 + 1] = samples[index * 2 + 1]! * level
    }
  }
}
