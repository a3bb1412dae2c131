// First in, first out for interleaved stereo frames, in one piece of memory.
import { channels } from './format'

export class FrameFifo {
  private readonly samples: Float32Array
  private readonly capacity: number
  private readFrame = 0
  private writeFrame = 0

  constructor(capacityFrames: number) {
    this.capacity = capacityFrames
    this.samples = new Float32Array(capacityFrames * channels)
  }

  get available(): number {
    return this.writeFrame - this.readFrame
  }

  get free(): number {
    return this.capacity - this.available
  }

  clear(): void {
    this.readFrame = 0
    this.writeFrame = 0
  }

  /** @returns frames taken; fewer than given when it is full */
  push(samples: Float32Array): number {
    const frames = Math.min(samples.length / channels, this.free)
    const at = this.writeFrame % this.capacity
    const first = Math.min(frames, this.capacity - at)
    this.samples.set(samples.subarray(0, first * channels), at * channels)
    if (first < frames) this.samples.set(samples.subarray(first * channels, frames * channels), 0)
    this.writeFrame += frames
    return frames
  }

  /** Copies the oldest frames into `target` from frame `offset` on. @returns frames given */
  pop(target: Float32Array, offset: number, wanted: number): number {
    const frames = Math.min(wanted, this.available)
    const at = this.readFrame % this.capacity
    const first = Math.min(frames, this.capacity - at)
    copy(this.samples, at * channels, target, offset * channels, first * channels)
    if (first < frames) copy(this.samples, 0, target, (offset + first) * channels, (frames - first) * channels)
    this.readFrame += frames
    return frames
  }

  /** Puts back the newest of the frames popped last; nothing may have been pushed since. */
  unread(frames: number): void {
    this.readFrame -= frames
  }

  /** Forgets the newest frames. */
  shorten(frames: number): void {
    this.writeFrame -= Math.min(frames, this.available)
  }

  /** Forgets the oldest frames. */
  drop(frames: number): void {
    this.readFrame += Math.min(frames, this.available)
  }
}

/** A loop in place of `set(subarray())`: no view is made for every block. */
function copy(from: Float32Array, fromIndex: number, to: Float32Array, toIndex: number, length: number): void {
  for (let index = 0; index < length; index++) to[toIndex + index] = from[fromIndex + index]!
}
