// One microphone of the studio: its packets to the engine, the program without it back. Used by microphones.ts alone.
import {
  type LinkAnswer,
  type LinkRequest,
  linkRequestSchema,
  linkSampleRate,
  packSound,
  unpackSound,
} from '@contract/sound-link'
import { createProgramRing, ProgramReader } from '../../playout/program-ring'
import type { LivePcmMessage } from '../protocol'
import { FlowLimit } from './flow-limit'
import { floatsOf, shortsOf } from './samples'
import type { SoundPipe } from './sound-pipe'

type Hello = Extract<LinkRequest, { type: 'hello' }>

const mostPayloadBytes = 19_200
const returnFrames = 960
/** A page that is this far behind with the program gets none for a while: 200 ms. */
const mostBacklogBytes = 40_000
const ringSeconds = 1
/** What a network, or this thread, may have held back: nobody is cut for that. */
const mostAtOnceSeconds = 30

export interface SessionEvents {
  /** Posts to the engine; what is named is transferred. */
  engine(message: LivePcmMessage, transfer?: ArrayBuffer[]): void
  opened(hello: Hello): void
  flowing(): void
  muted(muted: boolean): void
  closed(why: string): void
}

export class MicrophoneSession {
  /** When sound came last, by the monotonic clock; null before the first. */
  heardMs: number | null = null
  #hello: Hello | null = null
  #reader: ProgramReader | null = null
  #sequence = 0
  #sentFrames = 0
  #closed = false
  readonly #limit = new FlowLimit(linkSampleRate * 1.5, linkSampleRate * mostAtOnceSeconds, performance.now())

  constructor(
    readonly sourceId: string,
    readonly name: string,
    private readonly pipe: SoundPipe,
    private readonly events: SessionEvents,
  ) {
    pipe.onMessage((message) => {
      if (this.#closed) return
      if (typeof message === 'string') this.#hear(message)
      else this.#take(message)
    })
    pipe.onClose(() => this.close('its connection ended'))
  }

  /** @param reason told to the page */
  refuse(reason: Extract<LinkAnswer, { type: 'refused' }>['reason'], why: string): void {
    this.answer({ type: 'refused', reason })
    this.close(why)
  }

  answer(message: LinkAnswer): void {
    this.pipe.send(JSON.stringify(message))
  }

  /** To be called every 20 ms: sends on what the engine has written. */
  sendReturn(): void {
    const reader = this.#reader
    if (!reader) return
    while (reader.available() >= returnFrames) {
      const piece = reader.read(returnFrames)
      if (!piece) return
      const packet = { sequence: this.#sequence++, timestamp: this.#sentFrames, payload: shortsOf(piece.samples) }
      this.#sentFrames += returnFrames
      if (this.pipe.backlogBytes < mostBacklogBytes) this.pipe.send(packSound(packet))
    }
  }

  /** The engine has started anew: it does not know this source. */
  reopen(): void {
    if (!this.#hello) return
    this.events.engine({ type: 'open', sourceId: this.sourceId, label: this.name, buffer: 'microphone' })
    if (this.#reader) this.#wantReturn(true)
  }

  close(why: string): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#hello) this.events.engine({ type: 'close', sourceId: this.sourceId, reason: why })
    this.events.closed(why)
    this.pipe.close()
  }

  #hear(text: string): void {
    const request = requestOf(text)
    switch (request?.type) {
      case undefined:
        this.refuse('cut', 'it sent what is no message')
        break
      case 'hello':
        this.#begin(request)
        break
      case 'ping':
        this.answer({ type: 'pong', id: request.id })
        break
      case 'figures':
        this.#tellTransport(request.roundTripSeconds)
        break
      case 'monitor':
        this.#wantReturn(request.enabled)
        break
      case 'mute':
        this.events.muted(request.muted)
        break
      case 'bye':
        this.close(request.why === 'unplugged' ? 'unplugged' : 'closed by its page')
    }
  }

  #begin(hello: Hello): void {
    if (this.#hello) return
    this.#hello = hello
    this.events.engine({ type: 'open', sourceId: this.sourceId, label: this.name, buffer: 'microphone' })
    this.#tellTransport(0)
    this.#wantReturn(hello.monitor)
    this.events.opened(hello)
    this.answer({ type: 'welcome', sourceId: this.sourceId })
  }

  #tellTransport(roundTripSeconds: number): void {
    if (!this.#hello) return
    const seconds = this.#hello.captureSeconds + roundTripSeconds / 2
    this.events.engine({ type: 'transport', sourceId: this.sourceId, seconds })
  }

  #wantReturn(wanted: boolean): void {
    if (!this.#hello) return
    const returnRing = wanted ? createProgramRing(ringSeconds) : null
    this.#reader = returnRing && new ProgramReader(returnRing)
    this.events.engine({ type: 'return', sourceId: this.sourceId, returnRing })
  }

  #take(bytes: Uint8Array): void {
    const packet = bytes.byteLength <= mostPayloadBytes ? unpackSound(bytes) : null
    if (this.#hello && packet) this.#play(floatsOf(packet.payload, this.#hello.channels))
    else this.refuse('cut', 'it sent what is no sound')
  }

  #play(samples: Float32Array<ArrayBuffer>): void {
    if (!this.#limit.take(samples.length / 2, performance.now())) {
      this.refuse('cut', 'it sent more than there is time for')
      return
    }
    if (this.heardMs === null) this.events.flowing()
    this.heardMs = performance.now()
    this.events.engine({ type: 'pcm', sourceId: this.sourceId, samples }, [samples.buffer])
  }
}

function requestOf(text: string): LinkRequest | null {
  if (text.length > 2000) return null
  try {
    return linkRequestSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
