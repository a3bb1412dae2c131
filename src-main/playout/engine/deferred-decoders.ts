// Starting a process holds a thread up for some milliseconds: decoders are started between two blocks, one at a time.
import type { Decoder, DecoderRequest, DecoderSink, OpenDecoder } from './decoder-process'

export class DeferredDecoders {
  private readonly waiting: DeferredDecoder[] = []

  constructor(private readonly openNow: OpenDecoder) {}

  readonly open: OpenDecoder = (request, sink) => {
    const decoder = new DeferredDecoder(request, sink)
    this.waiting.push(decoder)
    return decoder
  }

  /** Starts the decoder that has waited longest. @returns whether there was one */
  startOne(): boolean {
    for (let decoder = this.waiting.shift(); decoder; decoder = this.waiting.shift()) {
      if (decoder.start(this.openNow)) return true
    }
    return false
  }
}

class DeferredDecoder implements Decoder {
  private decoder: Decoder | null = null
  private paused = false
  private closed = false

  constructor(
    private readonly request: DecoderRequest,
    private readonly sink: DecoderSink,
  ) {}

  get pid(): number | null {
    return this.decoder?.pid ?? null
  }

  /** @returns false when nobody wants it any more */
  start(openNow: OpenDecoder): boolean {
    if (this.closed) return false
    this.decoder = openNow(this.request, this.sink)
    if (this.paused) this.decoder.pause()
    return true
  }

  pause(): void {
    this.paused = true
    this.decoder?.pause()
  }

  resume(): void {
    this.paused = false
    this.decoder?.resume()
  }

  close(why?: 'done' | 'stalled'): void {
    this.closed = true
    this.decoder?.close(why)
  }
}
