// One source client inside the clients worker: what it sends is recognised, decoded in order, and passed on no faster than
// it sounds. A client that floods is held back through its credit; one that sends nothing readable is cut.
import type { FromWorker, PublisherGrant } from '../protocol'
import { PcmPacer } from './pcm-pacer'
import { SegmentDecoder } from './segment-decoder'
import { type ScanStep, StreamScanner } from './stream-scanner'

/** What a client may be ahead of the clock; the engine takes a little more. */
const leadSeconds = 3
/** What the engine keeps in hand: shorter gaps of the network are not heard. */
const inHandSeconds = 2
/** Of a stream that ends so much is left to fade out on. */
const fadeSeconds = 1
const retryMs = 20
/** Fed for this long without giving a sample, a decoder counts as hung. */
const hungMs = 3000
const hopelessAfter = 3
/** Nothing recognised in so many bytes in a row, or for so long: this is no sound. */
const strangeBytes = 256 * 1024
const soundlessMs = 20_000
const idleMs = 30_000
/** What a client that ended had sent ahead is played no longer than this. */
const longestTailMs = 15_000
const figuresMs = 2000

export interface ClientLinks {
  sourceId: string
  address: string
  software: string
  ffmpegPath: string
  tell(message: FromWorker): void
  pcm(samples: Float32Array<ArrayBuffer>): void
  /** What comes after the sound so far has this title. */
  title(title: string, artist: string): void
  credit(bytes: number): void
  /** The client is to be cut. */
  cut(reason: string): void
  /** All its sound has been played; nothing of it runs any more. */
  finished(session: ClientSession, reason: string): void
}

export class ClientSession {
  readonly presenterId: number
  readonly #scanner = new StreamScanner()
  readonly #pacer: PcmPacer
  readonly #openedMs = performance.now()
  /** The first gives sound now, the others wait for their turn. */
  #decoders: SegmentDecoder[] = []
  #segments = 0
  #retry: NodeJS.Timeout | null = null
  #codec = ''
  #fruitless = 0
  #heardMs: number | null = null
  #bytesMs = performance.now()
  #stalled = false
  #endReason: string | null = null
  #endedMs = 0
  #closed = false
  #figures = { bytes: 0, sinceMs: performance.now() }

  constructor(
    readonly grant: PublisherGrant,
    private readonly links: ClientLinks,
  ) {
    this.presenterId = grant.presenterId
    this.#pacer = new PcmPacer(leadSeconds * 48_000, this.#openedMs)
    const { sourceId, address } = links
    const source = { sourceId, presenterId: grant.presenterId, address, connectedAt: Date.now() }
    links.tell({ type: 'opened', source: { ...source, protocol: 'icecast' } })
    links.tell({ type: 'described', sourceId, software: links.software, codec: '' })
  }

  /** Whether it is in the way of another with the same key: connected, and heard of lately. */
  holdsKey(nowMs: number, stallSeconds: number): boolean {
    return this.#endReason === null && nowMs - this.#bytesMs < stallSeconds * 1000
  }

  get ending(): boolean {
    return this.#endReason !== null
  }

  receive(bytes: Buffer): void {
    if (this.#endReason !== null || this.#closed) return
    const nowMs = performance.now()
    this.#bytesMs = nowMs
    this.#figures.bytes += bytes.length
    const pending = { parts: 1 }
    const taken = () => {
      pending.parts -= 1
      if (pending.parts === 0 && !this.#closed) this.links.credit(bytes.length)
    }
    for (const step of this.#scanner.push(bytes)) this.#follow(step, nowMs, pending, taken)
    taken()
    if (this.#scanner.strangeBytes > strangeBytes) this.#hopeless('nothing in it is MP3, AAC, Ogg or FLAC')
  }

  /** The client is gone; what it sent still plays out. */
  end(reason: string): void {
    if (this.#endReason !== null) return
    this.#endReason = reason
    this.#endedMs = performance.now()
    for (const decoder of this.#decoders) decoder.endInput()
    this.#pump()
  }

  /** Takes it off at once. */
  async close(reason: string): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#endReason ??= reason
    if (this.#retry) clearTimeout(this.#retry)
    this.links.finished(this, this.#endReason)
    await Promise.all(this.#decoders.map((decoder) => decoder.kill(reason)))
  }

  /** @param nowMs `performance.now()` */
  watch(nowMs: number, stallSeconds: number): void {
    if (this.#closed) return
    this.#tellFigures(nowMs)
    this.#watchDecoder(nowMs)
    const gap = stallSeconds + inHandSeconds
    if (this.#heardMs !== null && !this.#stalled && nowMs - this.#heardMs > gap * 1000) {
      this.#stalled = true
      this.links.tell({ type: 'flow', sourceId: this.links.sourceId, state: 'stalled' })
    }
    if (this.#endReason !== null) {
      if (nowMs - this.#endedMs > longestTailMs) void this.close(this.#endReason)
      return
    }
    if (nowMs - this.#bytesMs > idleMs) this.links.cut('it sent nothing any more')
    else if (this.#heardMs === null && this.#segments === 0 && nowMs - this.#openedMs > soundlessMs)
      this.links.cut('it sent no sound')
  }

  #follow(step: ScanStep, nowMs: number, pending: { parts: number }, taken: () => void): void {
    if (step.kind === 'title') {
      const decoder = this.#decoders.at(-1)
      if (decoder) decoder.title = { title: step.title, artist: step.artist }
    } else if (step.kind === 'segment') {
      this.#decoders.at(-1)?.endInput()
      this.#decoders.push(this.#open(step))
    } else {
      const decoder = this.#decoders.at(-1)
      if (!decoder) return
      pending.parts += 1
      decoder.write(step.bytes, nowMs, taken)
    }
  }

  #open({ format, codec }: Extract<ScanStep, { kind: 'segment' }>): SegmentDecoder {
    const { sourceId, ffmpegPath, tell } = this.links
    this.#segments += 1
    if (codec !== this.#codec) {
      this.#codec = codec
      tell({ type: 'described', sourceId, software: this.links.software, codec })
    }
    return new SegmentDecoder({
      name: `live-decoder.${sourceId}${this.#segments > 1 ? `.${this.#segments}` : ''}`,
      ffmpegPath,
      format,
      readable: () => this.#pump(),
      state: (process) => tell({ type: 'process', process }),
    })
  }

  /** Passes on what has been decoded, as far as the clock allows. */
  #pump(): void {
    if (this.#closed) return
    for (;;) {
      const decoder = this.#decoders[0]
      if (!decoder) break
      const allowed = this.#pacer.allowed(performance.now())
      if (allowed === 0) {
        this.#pumpLater(retryMs)
        return
      }
      const samples = decoder.read(allowed)
      if (samples) {
        if (decoder.title) this.links.title(decoder.title.title, decoder.title.artist)
        decoder.title = null
        this.#give(samples)
      } else if (decoder.ended) this.#retire(decoder)
      else return
    }
    if (this.#endReason !== null) this.#finish(this.#endReason)
  }

  #pumpLater(afterMs: number): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null
      this.#pump()
    }, afterMs)
  }

  #give(samples: Float32Array<ArrayBuffer>): void {
    const changed = this.#heardMs === null || this.#stalled
    this.#heardMs = performance.now()
    this.#stalled = false
    this.#fruitless = 0
    this.#pacer.spend(samples.length / 2)
    this.links.pcm(samples)
    if (changed) this.links.tell({ type: 'flow', sourceId: this.links.sourceId, state: 'flowing' })
  }

  /** The stream is over: what is under way is played, but for what it fades out on. */
  #finish(reason: string): void {
    const leftMs = (this.#pacer.aheadSeconds(performance.now()) - fadeSeconds) * 1000
    if (leftMs > retryMs) this.#pumpLater(leftMs)
    else void this.close(reason)
  }

  /** A decoder that ended although it was not told to could not read what it was given. */
  #retire(decoder: SegmentDecoder): void {
    this.#decoders.shift()
    if (decoder.inputEnded && decoder.frames > 0) return
    const why = decoder.failure ?? 'it gave no sound'
    this.#fruitless += 1
    if (this.#fruitless >= hopelessAfter) this.#hopeless(why)
    else if (!decoder.inputEnded) {
      this.links.tell({ type: 'decoder', sourceId: this.links.sourceId, event: 'restarting', message: why })
      this.#scanner.reset()
    }
  }

  #watchDecoder(nowMs: number): void {
    const decoder = this.#decoders[0]
    if (!decoder || decoder.fedSinceMs === null) return
    // A decoder that is not read from owes nothing.
    if (this.#pacer.allowed(nowMs) === 0) decoder.fedSinceMs = nowMs
    else if (nowMs - decoder.fedSinceMs > hungMs) {
      decoder.fedSinceMs = nowMs
      void decoder.kill('it was fed and gave nothing')
    }
  }

  #hopeless(why: string): void {
    const { sourceId } = this.links
    this.links.tell({ type: 'decoder', sourceId, event: 'cannotDecode', message: why })
    this.links.cut(`its sound cannot be decoded: ${why}`)
  }

  #tellFigures(nowMs: number): void {
    const { bytes, sinceMs } = this.#figures
    if (nowMs - sinceMs < figuresMs) return
    this.#figures = { bytes: 0, sinceMs: nowMs }
    const kbps = Math.round((bytes * 8) / (nowMs - sinceMs))
    this.links.tell({ type: 'figures', sourceId: this.links.sourceId, kbps })
  }
}
