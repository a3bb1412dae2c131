// One guest's connection: Opus in, PCM to the engine, and the program without their own voice back as Opus. A bad network
// costs them moments of their own sound and nothing else. Used by the guests' worker alone.
import {
  type LinkAnswer,
  type LinkRefusal,
  type LinkRequest,
  linkRequestSchema,
  linkSampleRate,
  packSound,
  type SoundPacket,
  unpackSound,
} from '@contract/sound-link'
import { Decoder, Encoder } from '@evan/opus/wasm/index.mjs'
import { createProgramRing, ProgramReader } from '../../playout/program-ring'
import { FlowLimit } from '../microphone/flow-limit'
import { floatsOf } from '../microphone/samples'
import type { LivePcmMessage } from '../protocol'
import type { GuestGrant } from './protocol'

type Hello = Extract<LinkRequest, { type: 'hello' }>

const packetFrames = 960
const mostPacketBytes = 1500
const mostMessageBytes = 2000
/** Packets a second, and those that a pause of half a minute held back. */
const packetLimit = { perSecond: 75, most: 1500 }
const messageLimit = { perSecond: 20, most: 60 }
/** What was lost is filled in for this long at most; after that it is a pause. */
const mostConcealed = 5
/** A sender of which so many packets in a row are no Opus sends no Opus. */
const mostGarbage = 25
const ringSeconds = 1
const returnBitrate = 64_000
const returnComplexity = 5
const opusControl = { bitrate: 4002, complexity: 4010 } as const

export interface GuestLinks {
  engine(message: LivePcmMessage, transfer?: ArrayBuffer[]): void
  send(data: string | Uint8Array<ArrayBuffer>): void
  joined(hello: Hello): void
  flowing(): void
  muted(muted: boolean): void
  /** The guest is to be cut. */
  refused(reason: LinkRefusal, why: string): void
  left(why: string): void
}

export class GuestSession {
  hello: Hello | null = null
  heardMs: number | null = null
  #sequence: number | null = null
  #garbage = 0
  #decoder: Decoder | null = null
  #encoder: Encoder | null = null
  #reader: ProgramReader | null = null
  #sentPackets = 0
  readonly #shorts = new Int16Array(packetFrames * 2)
  readonly #packets: FlowLimit
  readonly #messages: FlowLimit

  constructor(
    readonly sourceId: string,
    readonly grant: GuestGrant,
    private readonly links: GuestLinks,
    nowMs: number,
  ) {
    this.#packets = new FlowLimit(packetLimit.perSecond, packetLimit.most, nowMs)
    this.#messages = new FlowLimit(messageLimit.perSecond, messageLimit.most, nowMs)
  }

  answer(message: LinkAnswer): void {
    this.links.send(JSON.stringify(message))
  }

  receive(data: string | Uint8Array, nowMs: number): void {
    if (typeof data === 'string') this.#hear(data, nowMs)
    else this.#take(data, nowMs)
  }

  /** To be called every 20 ms or so. */
  sendReturn(): void {
    const reader = this.#reader
    const encoder = this.#encoder
    if (!reader || !encoder) return
    while (reader.available() >= packetFrames) {
      const piece = reader.read(packetFrames)
      if (!piece) return
      for (let index = 0; index < this.#shorts.length; index++) {
        this.#shorts[index] = Math.max(-32_768, Math.min(32_767, Math.round(piece.samples[index]! * 32_767)))
      }
      const sequence = this.#sentPackets++
      this.links.send(
        packSound({ sequence, timestamp: sequence * packetFrames, payload: encoder.encode(this.#shorts) }),
      )
    }
  }

  /** The engine has started anew and does not know this guest. */
  openAtEngine(): void {
    if (!this.hello) return
    const { sourceId, grant } = this
    const returnRing = createProgramRing(ringSeconds)
    this.#reader = new ProgramReader(returnRing)
    this.links.engine({ type: 'open', sourceId, label: grant.name, buffer: 'guest', returnRing })
    this.#tellTransport(0)
  }

  close(why: string): void {
    if (this.hello) this.links.engine({ type: 'close', sourceId: this.sourceId, reason: why })
    this.#decoder?.drop()
    this.#encoder?.drop()
    this.#decoder = null
    this.#encoder = null
    this.#reader = null
  }

  #hear(text: string, nowMs: number): void {
    const request = this.#messages.take(1, nowMs) ? requestOf(text) : null
    if (!request) this.links.refused('cut', 'it sent too many messages, or what is none')
    else if (request.type === 'hello') {
      if (!this.hello) this.links.joined(request)
    } else if (request.type === 'ping') this.answer({ type: 'pong', id: request.id })
    else if (request.type === 'figures') this.#tellTransport(request.roundTripSeconds)
    else if (request.type === 'mute') this.links.muted(request.muted)
    else if (request.type === 'bye') this.links.left(request.why === 'unplugged' ? 'unplugged' : 'left')
  }

  begin(hello: Hello): void {
    this.hello = hello
    this.#decoder = new Decoder({ channels: hello.channels, sample_rate: linkSampleRate })
    this.#encoder = new Encoder({ channels: 2, sample_rate: linkSampleRate, application: 'audio' })
    this.#encoder.ctl(opusControl.bitrate, returnBitrate)
    this.#encoder.ctl(opusControl.complexity, returnComplexity)
    this.openAtEngine()
    this.answer({ type: 'welcome', sourceId: this.sourceId })
  }

  #tellTransport(roundTripSeconds: number): void {
    if (!this.hello) return
    const seconds = this.hello.captureSeconds + roundTripSeconds / 2
    this.links.engine({ type: 'transport', sourceId: this.sourceId, seconds })
  }

  #take(bytes: Uint8Array, nowMs: number): void {
    const packet = bytes.byteLength <= mostPacketBytes ? unpackSound(bytes) : null
    if (!this.#packets.take(1, nowMs)) this.links.refused('cut', 'it sent more than there is time for')
    else if (this.hello && packet) this.#play(packet, nowMs)
    else this.#countGarbage()
  }

  #play(packet: SoundPacket, nowMs: number): void {
    const missing = this.#sequence === null ? 0 : (packet.sequence - this.#sequence - 1) | 0
    // What comes twice or too late is not played.
    if (missing < 0) return
    this.#sequence = packet.sequence
    if (missing > 0 && missing <= mostConcealed) this.#conceal(missing)
    const samples = this.#decode(packet.payload)
    if (!samples) {
      this.#countGarbage()
      return
    }
    this.#garbage = 0
    if (this.heardMs === null) this.links.flowing()
    this.heardMs = nowMs
    this.#give(samples)
  }

  #decode(packet: Uint8Array): Float32Array<ArrayBuffer> | null {
    try {
      return this.#decoder && this.hello ? floatsOf(this.#decoder.decode(packet), this.hello.channels) : null
    } catch {
      return null
    }
  }

  /** What the decoder makes of the sound before, for as many packets as were lost. */
  #conceal(packets: number): void {
    const made = this.#decode(new Uint8Array(0))
    if (made) this.#give(made.slice(0, Math.min(made.length, packets * packetFrames * 2)))
  }

  #give(samples: Float32Array<ArrayBuffer>): void {
    this.links.engine({ type: 'pcm', sourceId: this.sourceId, samples }, [samples.buffer])
  }

  #countGarbage(): void {
    this.#garbage += 1
    if (this.#garbage >= mostGarbage) this.links.refused('cut', 'it sent what is no sound')
  }
}

function requestOf(text: string): LinkRequest | null {
  if (text.length > mostMessageBytes) return null
  try {
    return linkRequestSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
