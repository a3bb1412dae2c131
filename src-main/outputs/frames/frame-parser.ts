// Cuts an encoder's byte stream into whole frames (MP3, ADTS). Used by the mounts and by HLS.

/** Looks at `bytes` from `offset`. @returns the frame's length, 0 when more bytes are needed, −1 when no frame begins there */
export type MeasureFrame = (bytes: Buffer, offset: number) => number

export class FrameParser {
  private rest: Buffer = Buffer.alloc(0)
  /** Bytes that belonged to no frame. */
  skippedBytes = 0

  constructor(private readonly measure: MeasureFrame) {}

  /** @returns the frames that are complete now; each is a view into the chunk where that is possible */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    const frames: Buffer[] = []
    let offset = 0
    while (offset < bytes.length) {
      const length = this.measure(bytes, offset)
      if (length < 0) {
        offset += 1
        this.skippedBytes += 1
      } else if (length === 0 || offset + length > bytes.length) break
      else {
        frames.push(bytes.subarray(offset, offset + length))
        offset += length
      }
    }
    this.rest = bytes.subarray(offset)
    return frames
  }

  /** Forgets an unfinished frame: the encoder that began it is gone. */
  reset(): void {
    this.rest = Buffer.alloc(0)
  }
}
