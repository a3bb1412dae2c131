// The link to the station, in a thread of its own: a page that is busy drawing does not hold up the sound.
import { type LinkAnswer, type LinkRequest, linkSampleRate, packSound, unpackSound } from '@contract/sound-link'
import type { Codec, FromLink, ToLink } from './link-protocol'
import { captureTrack } from './track-capture'

interface Pipe {
  send(data: string | Uint8Array<ArrayBuffer>): void
  backlogBytes(): number
  close(): void
}

const pingEveryMs = 1000
const deadMs = 7000
const figuresEvery = 3
const opusBitrate = 56_000
const opusPacketFrames = 960
const pcmPacketFrames = 480
/** Sound that the network has no room for is left out: 150 ms. */
const mostBacklogBytes: Record<Codec, number> = { pcm: 30_000, opus: 1500 }
/** One that reads slowly: the answer to an older ping does not count any more. */
const smoothing = 0.3

let codec: Codec = 'pcm'
let pipe: Pipe | null = null
let hello: Extract<LinkRequest, { type: 'hello' }> | null = null
let welcomed = false
let muted = false
let sequence = 0
let timestamp = 0
let dropped = 0
let encoder: AudioEncoder | null = null
let decoder: AudioDecoder | null = null
let playback: MessagePort | null = null
let pings = 0
let pinged = new Map<number, number>()
let roundTrip = 0
let heardMs = 0
let timer: ReturnType<typeof setInterval> | undefined

const tell = (message: FromLink): void => self.postMessage(message)
const say = (request: LinkRequest): void => pipe?.send(JSON.stringify(request))

function lost(): void {
  if (!pipe) return
  pipe = null
  end()
  tell({ type: 'lost' })
}

function end(): void {
  clearInterval(timer)
  pipe?.close()
  pipe = null
  welcomed = false
  if (encoder && encoder.state !== 'closed') encoder.close()
  if (decoder && decoder.state !== 'closed') decoder.close()
  encoder = null
  decoder = null
}

function open(message: Extract<ToLink, { type: 'open' }>): void {
  codec = message.codec
  if (message.port) {
    pipe = portPipe(message.port)
    opened()
  } else if (message.url) socketPipe(message.url)
}

function opened(): void {
  heardMs = performance.now()
  timer = setInterval(beat, pingEveryMs)
  tell({ type: 'open' })
}

function portPipe(port: MessagePort): Pipe {
  port.onmessage = ({ data }: MessageEvent<unknown>) => hear(data)
  port.addEventListener('close', lost)
  port.start()
  return { send: (data) => port.postMessage(data), backlogBytes: () => 0, close: () => port.close() }
}

function socketPipe(url: string): void {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  const own: Pipe = {
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(data)
    },
    backlogBytes: () => socket.bufferedAmount,
    close: () => socket.close(),
  }
  pipe = own
  socket.onopen = opened
  socket.onmessage = ({ data }: MessageEvent<unknown>) => hear(data)
  socket.onclose = () => {
    if (pipe === own) lost()
  }
}

function beat(): void {
  if (performance.now() - heardMs > deadMs) {
    pipe?.close()
    lost()
    return
  }
  pings++
  pinged.set(pings, performance.now())
  say({ type: 'ping', id: pings })
  if (pinged.size > 20) pinged = new Map([...pinged].slice(-10))
  if (pings % figuresEvery === 0 && welcomed) say({ type: 'figures', roundTripSeconds: Math.min(60, roundTrip) })
  tell({ type: 'figures', roundTripSeconds: roundTrip, dropped })
  dropped = 0
}

function hear(data: unknown): void {
  heardMs = performance.now()
  if (typeof data === 'string') {
    const answer = JSON.parse(data) as LinkAnswer
    if (answer.type === 'welcome') welcomed = true
    if (answer.type === 'pong') ponged(answer.id)
    else tell({ type: 'said', answer })
  } else if (data instanceof ArrayBuffer) play(new Uint8Array(data))
  else if (data instanceof Uint8Array) play(data)
}

function ponged(id: number): void {
  const sentMs = pinged.get(id)
  if (sentMs === undefined) return
  pinged.delete(id)
  const seconds = (performance.now() - sentMs) / 1000
  roundTrip = roundTrip === 0 ? seconds : roundTrip + (seconds - roundTrip) * smoothing
}

function begin(message: Extract<ToLink, { type: 'sound' }>): void {
  hello = message.hello
  playback = message.playback
  if (codec === 'opus') makeCodecs(hello.channels)
  const { capture } = message
  if (capture instanceof MessagePort) {
    capture.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => take(data)
  } else {
    const level = (peak: number) => tell({ type: 'level', peak })
    const packet = (samples: Float32Array<ArrayBuffer>) => take(muted ? samples.fill(0) : samples)
    void captureTrack(capture, { packetFrames: pcmPacketFrames, channels: hello.channels, level, packet })
  }
  say(hello)
}

function makeCodecs(channels: 1 | 2): void {
  const failed = (error: DOMException) => tell({ type: 'failed', why: error.message })
  encoder = new AudioEncoder({
    output(chunk) {
      const payload = new Uint8Array(chunk.byteLength)
      chunk.copyTo(payload)
      send(payload, opusPacketFrames)
    },
    error: failed,
  })
  encoder.configure({
    codec: 'opus',
    sampleRate: linkSampleRate,
    numberOfChannels: channels,
    bitrate: opusBitrate,
    opus: { frameDuration: 20_000 },
  } as AudioEncoderConfig)
  decoder = new AudioDecoder({ output: playDecoded, error: failed })
  decoder.configure({ codec: 'opus', sampleRate: linkSampleRate, numberOfChannels: 2 })
}

/** A packet from the microphone. */
function take(samples: Float32Array<ArrayBuffer>): void {
  if (!welcomed || !hello) return
  const frames = samples.length / hello.channels
  if (codec === 'opus') {
    if (encoder?.state !== 'configured') return
    const data = new AudioData({
      format: 'f32',
      sampleRate: linkSampleRate,
      numberOfFrames: frames,
      numberOfChannels: hello.channels,
      timestamp: Math.round((timestamp / linkSampleRate) * 1e6),
      data: samples,
    })
    timestamp += frames
    encoder.encode(data)
    data.close()
    return
  }
  const payload = new Uint8Array(samples.length * 2)
  const view = new DataView(payload.buffer)
  for (let index = 0; index < samples.length; index++) {
    view.setInt16(index * 2, Math.max(-32_768, Math.min(32_767, Math.round(samples[index]! * 32_767))), true)
  }
  send(payload, frames)
}

let sentFrames = 0
function send(payload: Uint8Array<ArrayBuffer>, frames: number): void {
  const packet = { sequence: sequence++, timestamp: sentFrames, payload }
  sentFrames += frames
  if (!pipe) return
  if (pipe.backlogBytes() > mostBacklogBytes[codec]) dropped++
  else pipe.send(packSound(packet))
}

/** A packet of the program. */
function play(bytes: Uint8Array): void {
  const packet = unpackSound(bytes)
  if (!packet || !playback) return
  if (codec === 'opus') {
    if (decoder?.state !== 'configured') return
    const microseconds = Math.round((packet.timestamp / linkSampleRate) * 1e6)
    decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: microseconds, data: packet.payload }))
    return
  }
  const view = new DataView(packet.payload.buffer, packet.payload.byteOffset, packet.payload.byteLength)
  const samples = new Float32Array(packet.payload.byteLength / 2)
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true) / 32_768
  playback.postMessage(samples, [samples.buffer])
}

function playDecoded(data: AudioData): void {
  const frames = data.numberOfFrames
  const samples = new Float32Array(frames * 2)
  const plane = new Float32Array(frames)
  for (let channel = 0; channel < 2; channel++) {
    data.copyTo(plane, { planeIndex: Math.min(channel, data.numberOfChannels - 1), format: 'f32-planar' })
    for (let frame = 0; frame < frames; frame++) samples[frame * 2 + channel] = plane[frame]!
  }
  data.close()
  playback?.postMessage(samples, [samples.buffer])
}

self.onmessage = ({ data }: MessageEvent<ToLink>) => {
  if (data.type === 'open') open(data)
  else if (data.type === 'sound') begin(data)
  else if (data.type === 'say') {
    if (data.request.type === 'mute') muted = data.request.muted
    say(data.request)
  } else {
    end()
    self.close()
  }
}
