// A listener as any other: a player process that connects to one output of the station, and a count of the seconds in
// which it had nothing to play or played silence. Used by the drills alone.
import { type Child, runOnce } from '../processes'

const sampleRate = 8000
/** Silence is told apart in pieces this long. */
const windowSamples = sampleRate / 20
/** -50 dBFS, as 16 bits. */
const silentBelow = 32_768 * 10 ** (-50 / 20)
/** A rest in the music is not a fault. */
const shortestSilenceSeconds = 0.3
const againAfterMs = 200

export interface DrillListener {
  /** Seconds of sound that came. */
  readonly heardSeconds: number
  /** Counts from here on. */
  begin(): void
  /** Seconds without sound since `begin`. */
  missedSeconds(): number
  close(): Promise<void>
}

/** @param url of a mount or of an HLS playlist */
export function openDrillListener(output: string, url: string, ffmpegPath: string): DrillListener {
  return new Listener(output, url, ffmpegPath)
}

class Listener implements DrillListener {
  private player: Child | null = null
  private closed = false
  private again: NodeJS.Timeout | null = null
  private received = 0
  /** When what was received up to now will have been played; null before the first sound. */
  private playedUpMs: number | null = null
  private dryMs = 0
  private silentSamples = 0
  private silentRun = 0
  private squares = 0
  private inWindow = 0

  constructor(
    private readonly output: string,
    private readonly url: string,
    private readonly ffmpegPath: string,
  ) {
    this.connect()
  }

  get heardSeconds(): number {
    return this.received / sampleRate
  }

  begin(): void {
    this.dryMs = 0
    this.silentSamples = 0
    this.silentRun = 0
  }

  missedSeconds(): number {
    const dryNow = this.playedUpMs === null ? 0 : Math.max(0, performance.now() - this.playedUpMs)
    return (this.dryMs + dryNow) / 1000 + (this.silentSamples + this.countedRun()) / sampleRate
  }

  async close(): Promise<void> {
    this.closed = true
    if (this.again) clearTimeout(this.again)
    await this.player?.kill()
  }

  private connect(): void {
    const player = runOnce({
      ...{ name: `drill.listener.${this.output}`, job: 'fire drill', command: this.ffmpegPath },
      args: [
        ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-fflags', 'nobuffer', '-probesize', '32768'],
        ...[
          '-i',
          this.url,
          '-vn',
          '-ac',
          '1',
          '-ar',
          String(sampleRate),
          '-flush_packets',
          '1',
          '-f',
          's16le',
          'pipe:1',
        ],
      ],
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.player = player
    let odd: Buffer = Buffer.alloc(0)
    player.stdout?.on('data', (piece: Buffer) => {
      const whole = odd.length > 0 ? Buffer.concat([odd, piece]) : piece
      const usable = whole.length & ~1
      odd = whole.subarray(usable)
      this.receive(whole, usable / 2)
    })
    // A player whose connection ends connects again.
    void player.done.then(() => {
      if (!this.closed) this.again = setTimeout(() => this.connect(), againAfterMs)
    })
  }

  private receive(bytes: Buffer, samples: number): void {
    const nowMs = performance.now()
    if (this.playedUpMs === null) this.playedUpMs = nowMs
    else if (nowMs > this.playedUpMs) {
      this.dryMs += nowMs - this.playedUpMs
      this.playedUpMs = nowMs
    }
    this.playedUpMs += (samples / sampleRate) * 1000
    this.received += samples
    for (let index = 0; index < samples; index++) this.hear(bytes.readInt16LE(index * 2))
  }

  private hear(sample: number): void {
    this.squares += sample * sample
    if (++this.inWindow < windowSamples) return
    if (Math.sqrt(this.squares / windowSamples) < silentBelow) this.silentRun += windowSamples
    else {
      this.silentSamples += this.countedRun()
      this.silentRun = 0
    }
    this.squares = 0
    this.inWindow = 0
  }

  private countedRun(): number {
    return this.silentRun >= shortestSilenceSeconds * sampleRate ? this.silentRun : 0
  }
}
