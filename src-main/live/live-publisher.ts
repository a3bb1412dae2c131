// One presenter's stream inside the live worker: its tap, its decoder, and whether sound really flows.
import type { Connection } from './connection'
import { PcmDecoder } from './decoder'
import type { FromWorker, PublisherGrant } from './protocol'
import { tapPublisher } from './tap'

export interface PublisherLinks {
  sourceId: string
  ffmpegPath: string
  tell(message: FromWorker): void
  /** Passes sound on to the playout worker; the first call opens the source there. */
  pcm(samples: Float32Array<ArrayBuffer>): void
}

export class LivePublisher {
  readonly presenterId: number
  readonly sourceId: string
  readonly #decoder: PcmDecoder
  readonly #untap: () => void
  #heardMs: number | null = null
  #stalled = false

  constructor(
    readonly connection: Connection,
    readonly grant: PublisherGrant,
    private readonly links: PublisherLinks,
  ) {
    const { sourceId } = links
    this.sourceId = sourceId
    this.presenterId = grant.presenterId
    links.tell({
      type: 'opened',
      source: {
        ...{ sourceId, presenterId: grant.presenterId, address: connection.address },
        ...{ connectedAt: Date.now(), protocol: 'rtmp' },
      },
    })
    this.#decoder = new PcmDecoder({
      name: `live-decoder.${sourceId}`,
      ffmpegPath: links.ffmpegPath,
      pcm: (samples) => this.#receive(samples),
      restarting: (message) => links.tell({ type: 'decoder', sourceId, event: 'restarting', message }),
      cannotDecode: (message) => links.tell({ type: 'decoder', sourceId, event: 'cannotDecode', message }),
      state: (process) => links.tell({ type: 'process', process }),
    })
    this.#untap = tapPublisher(connection.session, {
      titled: (title, artist) => links.tell({ type: 'title', sourceId, song: null, title, artist }),
      audio: (tag, isHeader) => this.#decoder.write(tag, isHeader),
      described: (codec, software) =>
        links.tell({ type: 'described', sourceId, codec, software: software || connection.software }),
    })
  }

  /** Whether its sound has been flowing lately; a stream that has just connected counts as flowing. */
  get flowing(): boolean {
    return !this.#stalled && !this.connection.ended
  }

  /** @param nowMs `performance.now()` @param stallSeconds how long sound may be away */
  watch(nowMs: number, stallSeconds: number): void {
    const since = this.#heardMs ?? this.connection.openedMs
    if (this.#stalled || nowMs - since <= stallSeconds * 1000) return
    this.#stalled = true
    if (this.#heardMs !== null) this.links.tell({ type: 'flow', sourceId: this.sourceId, state: 'stalled' })
  }

  /** Says at once that the source is gone; resolves when its decoder is, too. */
  close(): Promise<void> {
    this.#untap()
    this.links.tell({ type: 'closed', sourceId: this.sourceId, reason: this.connection.endReason })
    return this.#decoder.close()
  }

  #receive(samples: Float32Array<ArrayBuffer>): void {
    const changed = this.#heardMs === null || this.#stalled
    this.#heardMs = performance.now()
    this.#stalled = false
    this.links.pcm(samples)
    if (changed) this.links.tell({ type: 'flow', sourceId: this.sourceId, state: 'flowing' })
  }
}
