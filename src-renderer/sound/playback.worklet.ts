// Plays the program that comes back, with as little in hand as the network allows.

const leastFrames = 2400
const mostFrames = 24_000
const ringFrames = 96_000
const declickFrames = 240
/** Whether less would do is judged over this many blocks of 128 frames: four seconds. */
const windowBlocks = 1500

class Playback extends AudioWorkletProcessor {
  readonly #ring = new Float32Array(ringFrames * 2)
  #read = 0
  #written = 0
  #wanted = leastFrames
  #flowing = false
  #fadeIn = declickFrames
  #least = Number.POSITIVE_INFINITY
  #window = windowBlocks

  constructor() {
    super()
    this.port.onmessage = ({ data }: MessageEvent<{ source?: MessagePort }>) => {
      if (!data.source) return
      data.source.onmessage = (message: MessageEvent<Float32Array>) => this.#push(message.data)
    }
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const left = output?.[0]
    const right = output?.[1] ?? left
    if (!left || !right || !this.#flowing) return true
    for (let frame = 0; frame < left.length; frame++) {
      if (this.#read === this.#written) {
        this.#ranDry()
        return true
      }
      const at = (this.#read++ % ringFrames) * 2
      const gain = this.#fadeIn > 0 ? 1 - this.#fadeIn-- / declickFrames : 1
      left[frame] = this.#ring[at]! * gain
      right[frame] = this.#ring[at + 1]! * gain
    }
    this.#least = Math.min(this.#least, this.#written - this.#read)
    if (--this.#window === 0) this.#tighten()
    return true
  }

  #push(samples: Float32Array): void {
    for (let index = 0; index < samples.length; index += 2) {
      const at = (this.#written++ % ringFrames) * 2
      this.#ring[at] = samples[index]!
      this.#ring[at + 1] = samples[index + 1]!
    }
    if (this.#written - this.#read > this.#wanted + mostFrames) {
      this.#read = this.#written - this.#wanted
      this.#fadeIn = declickFrames
    }
    if (this.#written - this.#read >= this.#wanted) this.#flowing = true
  }

  #ranDry(): void {
    this.#flowing = false
    this.#fadeIn = declickFrames
    this.#wanted = Math.min(mostFrames, Math.round(this.#wanted * 1.5))
    this.#window = windowBlocks
    this.#least = Number.POSITIVE_INFINITY
  }

  /** What was never needed for some seconds is delay. */
  #tighten(): void {
    const spare = this.#least - 960
    if (spare > 960) {
      this.#wanted = Math.max(leastFrames, this.#wanted - Math.round(spare / 2))
      this.#read += Math.min(spare, 960)
      this.#fadeIn = declickFrames
    }
    this.#window = windowBlocks
    this.#least = Number.POSITIVE_INFINITY
  }
}

registerProcessor('wavedesk-playback', Playback)
