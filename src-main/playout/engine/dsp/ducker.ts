// Takes the music down while somebody speaks. The gain moves evenly in decibels, whatever the depth moves to.
import { dbOf, gainOf, sampleRate } from '../format'

export interface DuckingSettings {
  depthDb: number
  attackMs: number
  holdMs: number
  releaseMs: number
}

/** A voice louder than this ducks; breath and room noise do not. */
const voiceThreshold = gainOf(-45)
const stretchFrames = 48

export class Ducker {
  private gain = 1
  private floor = 1
  private attackRatio = 1
  private releaseRatio = 1
  private holdFrames = 0
  private heldFrames = 0

  constructor(settings: DuckingSettings) {
    this.configure(settings)
  }

  configure({ depthDb, attackMs, holdMs, releaseMs }: DuckingSettings): void {
    this.setDepth(depthDb)
    this.attackRatio = gainOf((depthDb * 1000) / (attackMs * sampleRate))
    this.releaseRatio = gainOf((-depthDb * 1000) / (releaseMs * sampleRate))
    this.holdFrames = Math.round((holdMs * sampleRate) / 1000)
  }

  /** How far the music goes down from now on; what is ducked already moves there at the usual speed. */
  setDepth(depthDb: number): void {
    this.floor = gainOf(depthDb)
  }

  get gainDb(): number {
    return dbOf(this.gain)
  }

  /** Whether the music is at full level and will stay so without a voice. */
  get idle(): boolean {
    return this.gain === 1 && this.heldFrames === 0
  }

  /** Ducks one block of music in place by what is on the voice bus. */
  process(music: Float32Array, voice: Float32Array, frames: number): void {
    let { gain } = this
    for (let start = 0; start < frames; start += stretchFrames) {
      const end = Math.min(frames, start + stretchFrames)
      if (loud(voice, start * 2, end * 2)) this.heldFrames = this.holdFrames + stretchFrames
      const target = this.heldFrames > 0 ? this.floor : 1
      for (let frame = start; frame < end; frame++) {
        gain = gain > target ? Math.max(target, gain * this.attackRatio) : Math.min(target, gain * this.releaseRatio)
        music[frame * 2] = music[frame * 2]! * gain
        music[frame * 2 + 1] = music[frame * 2 + 1]! * gain
      }
      this.heldFrames = Math.max(0, this.heldFrames - (end - start))
    }
    this.gain = gain
  }
}

function loud(samples: Float32Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (Math.abs(samples[index]!) > voiceThreshold) return true
  return false
}
