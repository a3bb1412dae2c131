// Cuts the microphone into packets and posts them straight to the link's worker, past the page; tells the page the level.

interface CaptureOptions {
  packetFrames: number
  channels: 1 | 2
}

/** A level every 40 ms. */
const levelFrames = 1920

class Capture extends AudioWorkletProcessor {
  readonly #packetFrames: number
  readonly #channels: 1 | 2
  #packet: Float32Array<ArrayBuffer>
  #filled = 0
  #sink: MessagePort | null = null
  #muted = false
  #peak = 0
  #metered = 0

  constructor(options: AudioWorkletNodeOptions) {
    super()
    const { packetFrames, channels } = options.processorOptions as CaptureOptions
    this.#packetFrames = packetFrames
    this.#channels = channels
    this.#packet = new Float32Array(packetFrames * channels)
    this.port.onmessage = ({ data }: MessageEvent<{ sink?: MessagePort; muted?: boolean }>) => {
      if (data.sink) this.#sink = data.sink
      if (data.muted !== undefined) this.#muted = data.muted
    }
  }

  process([input]: Float32Array[][]): boolean {
    const left = input?.[0]
    const right = input?.[1] ?? left
    // A microphone that starts or is gone gives nothing; the packets go on in time all the same.
    for (let frame = 0; frame < (left?.length ?? 128); frame++) {
      const one = left?.[frame] ?? 0
      const other = right?.[frame] ?? 0
      this.#peak = Math.max(this.#peak, Math.abs(one), Math.abs(other))
      this.#put(this.#muted ? 0 : one, this.#muted ? 0 : other)
    }
    this.#metered += 128
    if (this.#metered >= levelFrames) {
      this.port.postMessage(this.#peak)
      this.#metered = 0
      this.#peak = 0
    }
    return true
  }

  #put(left: number, right: number): void {
    const at = this.#filled * this.#channels
    this.#packet[at] = this.#channels === 1 ? (left + right) / 2 : left
    if (this.#channels === 2) this.#packet[at + 1] = right
    if (++this.#filled < this.#packetFrames) return
    this.#sink?.postMessage(this.#packet, [this.#packet.buffer])
    this.#packet = new Float32Array(this.#packetFrames * this.#channels)
    this.#filled = 0
  }
}

registerProcessor('wavedesk-capture', Capture)
