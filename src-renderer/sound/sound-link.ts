// A microphone on its way to the station, and the program on its way back. Nothing here shows anything.
import type { LinkAnswer } from '@contract/sound-link'
import captureUrl from './capture.worklet?worker&url'
import LinkWorker from './link.worker?worker'
import type { Codec, FromLink, ToLink } from './link-protocol'
import playbackUrl from './playback.worklet?worker&url'

export interface MicrophoneChoice {
  /** Empty is the system's own choice. */
  deviceId: string
  echoCancellation: boolean
  noiseSuppression: boolean
  autoGainControl: boolean
  stereo: boolean
}

export interface SoundLinkEvents {
  said(answer: LinkAnswer): void
  /** 0 to 1, 25 times a second. */
  level(peak: number): void
  figures(roundTripSeconds: number, dropped: number): void
  opened(): void
  /** The connection is gone; `reconnect` brings it back with the same microphone. */
  lost(): void
  /** The microphone was unplugged or taken away. */
  unplugged(): void
  failed(why: string): void
}

const packetFrames: Record<Codec, number> = { pcm: 480, opus: 960 }
const sampleRate = 48_000

export class SoundLink {
  #worker: Worker | null = null
  #context: AudioContext | null = null
  #stream: MediaStream | null = null
  #capture: AudioWorkletNode | null = null
  #readsTrack = false
  #playback: AudioWorkletNode | null = null
  #volume: GainNode | null = null
  #monitor = false
  #volumeLevel = 1
  #device = ''
  #channels: 1 | 2 = 1
  /** The same for as long as this page is open, so that the station knows it again. */
  readonly #page = crypto.randomUUID()

  constructor(
    private readonly codec: Codec,
    private readonly events: SoundLinkEvents,
  ) {}

  get deviceName(): string {
    return this.#device
  }

  /** Connects; the microphone is not needed for that. */
  connect(to: { url: string } | { port: MessagePort }): void {
    this.#worker?.terminate()
    const worker = new LinkWorker()
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<FromLink>) => {
      if (this.#worker === worker) this.#hear(data)
    }
    const port = 'port' in to ? to.port : null
    this.#post({ type: 'open', codec: this.codec, url: 'url' in to ? to.url : null, port }, port ? [port] : [])
  }

  /**
   * Asks for the microphone and opens it. Throws the browser's own error (NotAllowedError, NotFoundError and others).
   * To be called in answer to a click, so that the browser lets sound be played.
   */
  async openMicrophone(choice: MicrophoneChoice): Promise<void> {
    await this.closeMicrophone()
    const { deviceId, stereo, ...processing } = choice
    this.#channels = stereo ? 2 : 1
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(deviceId && { deviceId: { exact: deviceId } }),
        ...processing,
        channelCount: { ideal: this.#channels },
      },
    })
    const context = new AudioContext({ sampleRate, latencyHint: 'interactive' })
    this.#stream = stream
    this.#context = context
    const [track] = stream.getAudioTracks()
    this.#device = track?.label ?? ''
    track?.addEventListener('ended', () => {
      if (this.#stream === stream) this.events.unplugged()
    })
    await context.audioWorklet.addModule(captureUrl)
    await context.audioWorklet.addModule(playbackUrl)
    await context.resume()
    const isRate = track?.getSettings().sampleRate === sampleRate
    this.#readsTrack = this.codec === 'pcm' && isRate && 'MediaStreamTrackProcessor' in window
    if (!this.#readsTrack) this.#capture = this.#captureNode(context, stream)
    this.#volume = context.createGain()
    this.#volume.gain.value = this.#monitor ? this.#volumeLevel : 0
    this.#playback = new AudioWorkletNode(context, 'wavedesk-playback', { numberOfInputs: 0, outputChannelCount: [2] })
    this.#playback.connect(this.#volume).connect(context.destination)
  }

  #captureNode(context: AudioContext, stream: MediaStream): AudioWorkletNode {
    const capture = new AudioWorkletNode(context, 'wavedesk-capture', {
      channelCount: this.#channels,
      channelCountMode: 'explicit',
      processorOptions: { packetFrames: packetFrames[this.codec], channels: this.#channels },
    })
    capture.port.onmessage = ({ data }: MessageEvent<number>) => this.events.level(data)
    context.createMediaStreamSource(stream).connect(capture)
    // It gives silence: a node that leads nowhere is not run.
    capture.connect(context.destination)
    return capture
  }

  /** Says to the station that the microphone is there. To be called once connected, and again after a reconnection. */
  begin(): void {
    const { context, playback } = { context: this.#context, playback: this.#playback }
    const capture = this.#captureForLink()
    if (!context || !capture || !playback) return
    const fromLink = new MessageChannel()
    playback.port.postMessage({ source: fromLink.port1 }, [fromLink.port1])
    const track = this.#stream?.getAudioTracks()[0]?.getSettings() as { latency?: number } | undefined
    const threadSeconds = capture instanceof MessagePort ? context.baseLatency : 0
    const captureSeconds = (track?.latency ?? 0.01) + threadSeconds + packetFrames[this.codec] / sampleRate
    this.#post(
      {
        type: 'sound',
        hello: {
          type: 'hello',
          page: this.#page,
          device: this.#device.slice(0, 200),
          channels: this.#channels,
          captureSeconds,
          monitor: this.#monitor,
        },
        capture,
        playback: fromLink.port2,
      },
      [capture, fromLink.port2],
    )
  }

  /** The microphone itself, where the browser hands it out as the station wants it; else by way of the audio thread. */
  #captureForLink(): MessagePort | ReadableStream<AudioData> | null {
    const track = this.#stream?.getAudioTracks()[0]
    if (track && this.#readsTrack) return new MediaStreamTrackProcessor({ track }).readable
    if (!this.#capture) return null
    const toLink = new MessageChannel()
    this.#capture.port.postMessage({ sink: toLink.port1 }, [toLink.port1])
    return toLink.port2
  }

  setMuted(muted: boolean): void {
    this.#capture?.port.postMessage({ muted })
    this.#post({ type: 'say', request: { type: 'mute', muted } })
  }

  /** Whether the program is heard here, without this microphone. */
  setMonitor(enabled: boolean): void {
    this.#monitor = enabled
    if (this.#volume) this.#volume.gain.value = enabled ? this.#volumeLevel : 0
    if (this.codec === 'pcm') this.#post({ type: 'say', request: { type: 'monitor', enabled } })
  }

  setVolume(level: number): void {
    this.#volumeLevel = level
    if (this.#volume && this.#monitor) this.#volume.gain.value = level
  }

  async closeMicrophone(): Promise<void> {
    const { context, stream } = { context: this.#context, stream: this.#stream }
    this.#context = null
    this.#stream = null
    this.#capture = null
    this.#playback = null
    for (const track of stream?.getTracks() ?? []) track.stop()
    await context?.close()
  }

  /** @param why what the station is told */
  disconnect(why: 'closed' | 'unplugged'): void {
    const worker = this.#worker
    this.#worker = null
    worker?.postMessage({ type: 'say', request: { type: 'bye', why } } satisfies ToLink)
    worker?.postMessage({ type: 'close' } satisfies ToLink)
  }

  #post(message: ToLink, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer)
  }

  #hear(message: FromLink): void {
    if (message.type === 'said') this.events.said(message.answer)
    else if (message.type === 'level') this.events.level(message.peak)
    else if (message.type === 'open') this.events.opened()
    else if (message.type === 'figures') this.events.figures(message.roundTripSeconds, message.dropped)
    else if (message.type === 'failed') this.events.failed(message.why)
    else this.events.lost()
  }
}
