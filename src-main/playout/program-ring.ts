// The program as shared memory: the engine worker writes the mixed sound into it, any thread may read it at its own pace.
// A slow reader never holds up the writer: it is moved ahead and told how much it missed.

export const sampleRate = 48_000
export const channels = 2

const headerBytes = 64
const cells = { writeFrame: 0, reservedFrame: 1, baseFrame: 2, baseEpochMicros: 3 } as const
/** Int32 cells that lie behind the four 64-bit ones. */
const flags = { generation: 8, onAir: 9 } as const

/** @returns shared memory for `seconds` of interleaved stereo float32 at 48 kHz, plus the header. */
export function createProgramRing(seconds = 10): SharedArrayBuffer {
  const frames = Math.round(seconds * sampleRate)
  return new SharedArrayBuffer(headerBytes + frames * channels * Float32Array.BYTES_PER_ELEMENT)
}

class ProgramRing {
  protected readonly positions: BigInt64Array
  protected readonly flags: Int32Array
  protected readonly samples: Float32Array
  /** How many frames the ring holds. */
  readonly capacityFrames: number

  constructor(shared: SharedArrayBuffer) {
    this.positions = new BigInt64Array(shared, 0, 4)
    this.flags = new Int32Array(shared, 0, headerBytes / Int32Array.BYTES_PER_ELEMENT)
    this.samples = new Float32Array(shared, headerBytes)
    this.capacityFrames = this.samples.length / channels
  }

  /** The frame that will be written next; every frame before it has been written. */
  writtenFrames(): number {
    return Number(Atomics.load(this.positions, cells.writeFrame))
  }

  /** @returns wall time in milliseconds since epoch at which the frame was or will be on the program bus. */
  epochMsOf(frame: number): number {
    for (;;) {
      const before = Atomics.load(this.flags, flags.generation)
      const baseFrame = Number(Atomics.load(this.positions, cells.baseFrame))
      const baseMicros = Number(Atomics.load(this.positions, cells.baseEpochMicros))
      if (before % 2 === 0 && Atomics.load(this.flags, flags.generation) === before) {
        return baseMicros / 1000 + ((frame - baseFrame) * 1000) / sampleRate
      }
    }
  }

  onAir(): boolean {
    return Atomics.load(this.flags, flags.onAir) === 1
  }
}

/** The engine's side. There is one writer at a time; a new one goes on where the last one ended. */
export class ProgramWriter extends ProgramRing {
  /** @param block interleaved stereo, at most as long as the ring */
  write(block: Float32Array): void {
    const start = this.writtenFrames()
    const end = start + block.length / channels
    // Announced before the samples change, so that a reader knows what it has just copied was being overwritten.
    Atomics.store(this.positions, cells.reservedFrame, BigInt(end))
    const offset = (start % this.capacityFrames) * channels
    const untilWrap = Math.min(block.length, this.samples.length - offset)
    if (untilWrap === block.length) {
      this.samples.set(block, offset)
    } else {
      this.samples.set(block.subarray(0, untilWrap), offset)
      this.samples.set(block.subarray(untilWrap), 0)
    }
    Atomics.store(this.positions, cells.writeFrame, BigInt(end))
  }

  /** The next block is this frame of the program: for a ring that joins later, or missed a stretch. */
  beginAt(frame: number): void {
    this.samples.fill(0)
    Atomics.store(this.positions, cells.reservedFrame, BigInt(frame))
    Atomics.store(this.positions, cells.writeFrame, BigInt(frame))
  }

  /** Ties a frame number to wall time; frames run on from there at 48 kHz. */
  anchor(frame: number, epochMs: number): void {
    Atomics.add(this.flags, flags.generation, 1)
    Atomics.store(this.positions, cells.baseFrame, BigInt(frame))
    Atomics.store(this.positions, cells.baseEpochMicros, BigInt(Math.round(epochMs * 1000)))
    Atomics.add(this.flags, flags.generation, 1)
  }

  setOnAir(onAir: boolean): void {
    Atomics.store(this.flags, flags.onAir, onAir ? 1 : 0)
  }
}

/** A consumer's side: starts at the live edge. */
export class ProgramReader extends ProgramRing {
  private nextFrame: number
  /** Frames this reader missed because it was slower than the program by more than the ring holds. */
  droppedFrames = 0

  constructor(shared: SharedArrayBuffer) {
    super(shared)
    this.nextFrame = this.writtenFrames()
  }

  /** The frame that `read` gives next, unless it is overrun before. */
  get position(): number {
    return this.nextFrame
  }

  /** @returns frames that can be read now. */
  available(): number {
    return Math.min(this.writtenFrames() - this.nextFrame, this.capacityFrames)
  }

  /**
   * @param into where the samples go when there is room; a new array takes them else
   * @returns a copy of at most `maxFrames` frames and the number of the first one, or null when nothing is there.
   */
  read(maxFrames: number, into?: Float32Array): { frame: number; samples: Float32Array } | null {
    for (;;) {
      this.skipOverrun()
      const frames = Math.min(this.writtenFrames() - this.nextFrame, maxFrames)
      if (frames <= 0) return null
      const frame = this.nextFrame
      const samples = this.copy(frame, frames, into)
      if (frame < this.oldestFrame()) continue
      this.nextFrame = frame + frames
      return { frame, samples }
    }
  }

  /** Goes to the newest frame, or some seconds before it as far as the ring reaches. Counts nothing as dropped. */
  seekToLive(backSeconds = 0): void {
    const written = this.writtenFrames()
    const wanted = written - Math.round(backSeconds * sampleRate)
    this.nextFrame = Math.max(wanted, this.oldestFrame(), 0)
  }

  /** Goes to a frame, or as near as the ring still reaches; one that is not written yet is waited for. */
  seekTo(frame: number): void {
    this.nextFrame = Math.max(frame, this.oldestFrame(), 0)
  }

  private oldestFrame(): number {
    return Number(Atomics.load(this.positions, cells.reservedFrame)) - this.capacityFrames
  }

  private skipOverrun(): void {
    const oldest = this.oldestFrame()
    if (this.nextFrame >= oldest) return
    this.droppedFrames += oldest - this.nextFrame
    this.nextFrame = oldest
  }

  private copy(frame: number, frames: number, into?: Float32Array): Float32Array {
    const length = frames * channels
    const samples = into && into.length >= length ? into.subarray(0, length) : new Float32Array(length)
    const offset = (frame % this.capacityFrames) * channels
    const untilWrap = Math.min(samples.length, this.samples.length - offset)
    samples.set(this.samples.subarray(offset, offset + untilWrap))
    if (untilWrap < samples.length) samples.set(this.samples.subarray(0, samples.length - untilWrap), untilWrap)
    return samples
  }
}
