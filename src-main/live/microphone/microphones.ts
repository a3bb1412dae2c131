// The studio's microphones: whoever may present can open one from the desktop window or a browser. Used by the room alone.
import { randomUUID } from 'node:crypto'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Log } from '../../monitoring'
import type { EngineLiveState } from '../air-desk'
import type { FromWorker, LivePcmMessage } from '../protocol'
import type { IncidentReporter } from '../worker-events'
import { MicrophoneSession } from './microphone-session'
import type { SoundPipe } from './sound-pipe'

const returnEveryMs = 20
const watchEveryMs = 250
const mostMicrophones = 16

export interface MicrophoneDeps {
  connectLivePort(port: MessagePort): void
  /** As if a worker of the room had said it. */
  tell(message: FromWorker): void
  stallSeconds(): number
  stationOnAir(): boolean
  incidents: IncidentReporter
  log: Log
}

export class Microphones {
  readonly #sessions = new Map<string, MicrophoneSession>()
  readonly #stalled = new Set<string>()
  #port: MessagePort | null = null
  #onAir: EngineLiveState['sources'] = []
  #watch: NodeJS.Timeout | null = null
  #returns: NodeJS.Timeout | null = null

  constructor(private readonly deps: MicrophoneDeps) {}

  /** Makes a new sound port to the playout worker: at the start, and whenever that has started anew. */
  connectPlayout(): void {
    const { port1, port2 } = new MessageChannel()
    this.#port?.close()
    this.#port = port1
    this.deps.connectLivePort(port2)
    for (const session of this.#sessions.values()) session.reopen()
  }

  /** @param name whose microphone it is, as everybody reads it */
  accept(pipe: SoundPipe, name: string, address: string): void {
    const sourceId = `microphone-${randomUUID()}`
    const session = new MicrophoneSession(sourceId, name, pipe, {
      engine: (message, transfer) => this.#tellEngine(message, transfer),
      opened: ({ device, channels }) => {
        const connectedAt = Date.now()
        const source = { sourceId, presenterId: null, name, address, connectedAt, protocol: 'microphone' as const }
        this.deps.tell({ type: 'opened', source })
        const codec = channels === 1 ? 'PCM, mono' : 'PCM, stereo'
        this.deps.tell({ type: 'described', sourceId, software: device, codec })
      },
      flowing: () => this.deps.tell({ type: 'flow', sourceId, state: 'flowing' }),
      muted: (muted) => this.deps.tell({ type: 'muted', sourceId, muted }),
      closed: (why) => this.#closed(sourceId, name, why),
    })
    this.#sessions.set(sourceId, session)
    if (this.#sessions.size > mostMicrophones) session.refuse('full', 'too many microphones are open')
    this.#watch ??= setInterval(() => this.#look(), watchEveryMs)
    this.#returns ??= setInterval(() => this.#sendReturns(), returnEveryMs)
  }

  /** @returns whether it was one of ours */
  drop(sourceId: string): boolean {
    const session = this.#sessions.get(sourceId)
    session?.refuse('dropped', 'disconnected by the studio')
    return session !== undefined
  }

  /** The engine's word on who is on air. */
  hear({ sources }: EngineLiveState): void {
    this.#onAir = sources.filter(({ state }) => state === 'on air')
    for (const session of this.#sessions.values()) {
      const airing = this.#onAir.find(({ sourceId }) => sourceId === session.sourceId)
      const stationOnAir = this.deps.stationOnAir()
      session.answer({ type: 'air', onAir: airing !== undefined, mode: airing?.mode ?? null, stationOnAir })
    }
  }

  close(): void {
    for (const session of [...this.#sessions.values()]) session.close('the station is closing')
    this.#port?.close()
    this.#port = null
  }

  #tellEngine(message: LivePcmMessage, transfer: ArrayBuffer[] = []): void {
    this.#port?.postMessage(message, transfer)
  }

  #closed(sourceId: string, name: string, why: string): void {
    const wasOnAir = this.#onAir.some((source) => source.sourceId === sourceId)
    this.#sessions.delete(sourceId)
    this.#stalled.delete(sourceId)
    this.deps.tell({ type: 'closed', sourceId, reason: why })
    if (wasOnAir && why !== 'closed by its page' && why !== 'the station is closing') this.#lostOnAir(name, why)
    if (this.#sessions.size > 0) return
    if (this.#watch) clearInterval(this.#watch)
    if (this.#returns) clearInterval(this.#returns)
    this.#watch = null
    this.#returns = null
  }

  #lostOnAir(name: string, why: string): void {
    const cause =
      why === 'unplugged'
        ? `The microphone of ${name} was unplugged on air.`
        : `The microphone of ${name} was lost on air: ${why}.`
    this.deps.log.warn(cause)
    this.deps.incidents.raise({
      area: 'live',
      code: 'microphoneLost',
      subject: name,
      severity: 'notice',
      cause,
      effect: 'The station handed back at once; everything else goes on.',
      recovery: { kind: 'operator', retryAt: null, action: 'Connect the microphone and press Talk again.' },
    })
  }

  /** A page that hangs sends nothing, and its connection stays. */
  #look(): void {
    const nowMs = performance.now()
    const patienceMs = this.deps.stallSeconds() * 1000
    for (const { sourceId, heardMs } of this.#sessions.values()) {
      const stalled = heardMs !== null && nowMs - heardMs > patienceMs
      if (stalled === this.#stalled.has(sourceId)) continue
      if (stalled) this.#stalled.add(sourceId)
      else this.#stalled.delete(sourceId)
      this.deps.tell({ type: 'flow', sourceId, state: stalled ? 'stalled' : 'flowing' })
    }
  }

  #sendReturns(): void {
    for (const session of this.#sessions.values()) session.sendReturn()
  }
}
