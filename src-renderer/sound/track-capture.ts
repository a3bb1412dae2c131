// Takes the microphone's sound as the browser captures it, where it can: past the audio thread, whose queue grows with
// every hiccup and stays grown. Runs in the link's worker.

interface CaptureOptions {
  packetFrames: number
  channels: 1 | 2
  /** Linear, every 40 ms. */
  level(peak: number): void
  packet(samples: Float32Array<ArrayBuffer>): void
}

const levelFrames = 1920

/** Reads until the track ends. */
export async function captureTrack(readable: ReadableStream<AudioData>, options: CaptureOptions): Promise<void> {
  const { packetFrames, channels, level, packet } = options
  const reader = readable.getReader()
  let samples = new Float32Array(packetFrames * channels)
  let filled = 0
  let peak = 0
  let metered = 0
  for (;;) {
    const { value } = await reader.read()
    if (!value) return
    const [left, right] = planesOf(value)
    value.close()
    for (let frame = 0; frame < left.length; frame++) {
      const [one, other] = [left[frame]!, right[frame]!]
      peak = Math.max(peak, Math.abs(one), Math.abs(other))
      samples[filled * channels] = channels === 1 ? (one + other) / 2 : one
      if (channels === 2) samples[filled * channels + 1] = other
      if (++filled < packetFrames) continue
      packet(samples)
      samples = new Float32Array(packetFrames * channels)
      filled = 0
    }
    metered += left.length
    if (metered < levelFrames) continue
    level(peak)
    metered = 0
    peak = 0
  }
}

function planesOf(data: AudioData): [Float32Array, Float32Array] {
  const plane = (planeIndex: number) => {
    const samples = new Float32Array(data.numberOfFrames)
    data.copyTo(samples, { planeIndex, format: 'f32-planar' })
    return samples
  }
  const left = plane(0)
  return [left, data.numberOfChannels > 1 ? plane(1) : left]
}
