// Microphones and guests beside the real playout worker: what they say is heard on the program, and they do not hear it.
import type { MessagePort } from 'node:worker_threads'
import { type LinkAnswer, type LinkRequest, packSound, unpackSound } from '@contract/sound-link'
import { Decoder, Encoder } from '@evan/opus/wasm/index.mjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEngineHost, createProgramRing, type EngineHost, ProgramReader, sampleRate } from '../playout'
import type { FromGuestDoor, ToGuestDoor } from './guests/protocol'
import { floatsOf, shortsOf } from './microphone/samples'
import type { SoundPipe } from './microphone/sound-pipe'
import { openTestStation } from './testing/station'

let engine: EngineHost
let station: Awaited<ReturnType<typeof openTestStation>>
let program: ProgramReader
let door: Door
const stops = new Set<() => void>()

beforeEach(async () => {
  const ring = createProgramRing()
  engine = createEngineHost({ ring, ffmpegPath: 'ffmpeg', decoderMemoryMb: 512 })
  const ready = Promise.withResolvers<void>()
  const off = engine.onEvent((event) => void (event.type === 'ready' && ready.resolve()))
  await ready.promise
  off()
  engine.send({ type: 'start' })
  station = await openTestStation({
    connectGuests: (port) => {
      door = new Door(port)
    },
    realEngine: {
      liveTake: (sourceId, mode) => engine.send({ type: 'liveTake', sourceId, mode }),
      liveRelease: (sourceId) => engine.send({ type: 'liveRelease', ...(sourceId !== undefined && { sourceId }) }),
      setLiveTitle: () => undefined,
      onLiveMark: () => () => undefined,
      holdBed: (path) => engine.send({ type: 'holdBed', path }),
      connectLivePort: (port, name = 'rtmp') => engine.sendLivePort(port, name),
      onLive: (listener) => engine.onEvent((event) => void (event.type === 'live' && listener(event))),
    },
  })
  station.live.open()
  station.events.emit('playout.air', { onAir: true, since: 0 })
  program = new ProgramReader(ring)
})
afterEach(async () => {
  for (const stop of stops) stop()
  stops.clear()
  await station.close()
  await engine.close()
})

/** Power at one frequency, 0 dB being a sine of full scale. */
function toneDb(samples: Float32Array, hertz: number): number {
  const step = (2 * Math.PI * hertz) / sampleRate
  const frames = samples.length / 2
  let real = 0
  let imaginary = 0
  for (let frame = 0; frame < frames; frame++) {
    const value = samples[frame * 2]! * (1 - Math.cos((2 * Math.PI * frame) / frames))
    real += value * Math.cos(step * frame)
    imaginary += value * Math.sin(step * frame)
  }
  return 10 * Math.log10((4 * (real ** 2 + imaginary ** 2)) / frames ** 2 + 1e-15)
}

/** The loudest tenth of a second: a busy computer may tear holes into what is sent here. */
function loudestDb(samples: Float32Array, hertz: number): number {
  let loudest = Number.NEGATIVE_INFINITY
  for (let frame = 0; frame + 2400 <= samples.length / 2; frame += 2400) {
    loudest = Math.max(loudest, toneDb(samples.subarray(frame * 2, (frame + 2400) * 2), hertz))
  }
  return loudest
}

/** What the program played of late. */
function heard(hertz: number, seconds = 0.2): number {
  program.seekToLive(seconds)
  return loudestDb(program.read(seconds * sampleRate)?.samples ?? new Float32Array(2), hertz)
}

/** Gives packets in time, as a browser does; what it gives is asked for anew each time. */
function inTime(everyMs: number, give: (index: number) => void): void {
  const begun = performance.now()
  let index = 0
  const timer = setInterval(() => {
    while (index * everyMs <= performance.now() - begun) give(index++)
  }, 5)
  stops.add(() => clearInterval(timer))
}

function toneOf(hertz: number, amplitude: number, firstFrame: number, frames: number): Float32Array {
  const samples = new Float32Array(frames)
  for (let frame = 0; frame < frames; frame++) {
    samples[frame] = amplitude * Math.sin((2 * Math.PI * hertz * (firstFrame + frame)) / sampleRate)
  }
  return samples
}

const hello: LinkRequest = {
  type: 'hello',
  page: 'page-one',
  device: 'Test microphone',
  channels: 1,
  captureSeconds: 0.02,
  monitor: true,
}
const sources = () => station.live.state().sources
const named = (name: string) => sources().find(({ presenter }) => presenter === name)

class Page implements SoundPipe {
  backlogBytes = 0
  closed = false
  readonly answers: LinkAnswer[] = []
  /** The program that came back, as floats. */
  back: Float32Array[] = []
  #message: (message: string | Uint8Array) => void = () => undefined
  #close: () => void = () => undefined
  amplitude = 0.5

  constructor(readonly hertz: number) {}

  open(name: string): void {
    station.live.microphone(this, name, '127.0.0.1')
    this.say(hello)
    inTime(10, (index) => {
      if (this.closed) return
      const payload = shortsOf(toneOf(this.hertz, this.amplitude, index * 480, 480))
      this.give(packSound({ sequence: index, timestamp: index * 480, payload }))
    })
  }
  say(request: LinkRequest): void {
    this.#message(JSON.stringify(request))
  }
  give(bytes: Uint8Array): void {
    this.#message(bytes)
  }
  leave(): void {
    this.closed = true
    this.#close()
  }
  send(message: string | Uint8Array<ArrayBuffer>): void {
    if (typeof message === 'string') this.answers.push(JSON.parse(message) as LinkAnswer)
    else this.back.push(floatsOf(unpackSound(message)!.payload, 2))
  }
  onMessage(listener: (message: string | Uint8Array) => void): void {
    this.#message = listener
  }
  onClose(listener: () => void): void {
    this.#close = listener
  }
  close(): void {
    this.closed = true
  }
}

function joined(pieces: Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

async function onAir(name: string, mode?: 'full' | 'talkover'): Promise<string> {
  const source = await station.until(() => named(name)?.state === 'ready' && named(name), 15_000, `${name} to be ready`)
  const { id } = source as { id: string }
  await station.live.operations.takeAir({ sourceId: id, ...(mode && { mode }) })
  return id
}

describe('a microphone of the studio', () => {
  it('is heard over the music soon after it spoke, and its speaker hears the others but not themselves', async () => {
    const anna = new Page(1000)
    const bert = new Page(3000)
    anna.amplitude = 0
    anna.open('Anna')
    bert.open('Bert')
    await onAir('Anna')
    await onAir('Bert')
    expect(sources().map(({ protocol, mode, state }) => [protocol, mode, state])).toEqual([
      ['microphone', 'talkover', 'onAir'],
      ['microphone', 'talkover', 'onAir'],
    ])
    await station.until(() => heard(3000) > -10, 4000, 'Bert on the program')
    expect(heard(1000)).toBeLessThan(-60)
    anna.amplitude = 0.5
    const spokeMs = performance.now()
    await station.until(() => heard(1000, 0.05) > -20, 4000, 'Anna on the program')
    console.log(`microphone to program: ${Math.round(performance.now() - spokeMs)} ms`)
    await station.until(() => heard(1000) > -10 && heard(3000) > -10, 4000, 'both at once')
    anna.back = []
    await station.until(() => anna.back.length >= 50, 6000, 'the program at Anna')
    const program = joined(anna.back.slice(20, 50))
    expect(loudestDb(program, 1000)).toBeLessThan(-60)
    expect(loudestDb(program, 3000)).toBeGreaterThan(-12)
    expect(anna.answers.at(-1)).toMatchObject({ type: 'air', onAir: true, mode: 'talkover' })
  })

  it('unplugged on air hands back at once and says so; whoever else talks is not touched', async () => {
    const anna = new Page(1000)
    const bert = new Page(3000)
    anna.open('Anna')
    bert.open('Bert')
    await onAir('Anna', 'full')
    await onAir('Bert')
    const unpluggedMs = performance.now()
    anna.say({ type: 'bye', why: 'unplugged' })
    expect(named('Anna')).toBeUndefined()
    await station.until(() => heard(1000) < -60, 4000, 'Anna off the program')
    // The fade of a second included.
    expect(performance.now() - unpluggedMs).toBeLessThan(2500)
    expect(station.raised).toMatchObject([{ area: 'live', code: 'microphoneLost', severity: 'notice' }])
    expect(named('Bert')?.state).toBe('onAir')
    await station.until(() => heard(3000) > -12, 4000, 'Bert on the program still')
  })

  it('whose page hangs is taken off after the stall time, and one whose page is gone at once', async () => {
    station.settings.update({ 'live.stallSeconds': 1 })
    const anna = new Page(1000)
    anna.open('Anna')
    const id = await onAir('Anna')
    for (const stop of stops) stop()
    await station.until(() => named('Anna')?.state === 'stalled', 6000, 'the stall')
    expect(sources()).toMatchObject([{ id, onAirSince: null }])
    anna.leave()
    expect(sources()).toEqual([])
  })

  it('that sends what is no sound, no message, or too much is cut', () => {
    const cut = (page: Page) => page.answers.filter(({ type }) => type === 'refused')
    for (const send of [
      (page: Page) => page.give(new Uint8Array(30_000)),
      (page: Page) => page.say({ type: 'nonsense' } as never),
      (page: Page) => {
        for (let index = 0; index < 4000 && !page.closed; index++)
          page.give(packSound({ sequence: index, timestamp: 0, payload: new Uint8Array(960) }))
      },
    ]) {
      const page = new Page(1000)
      station.live.microphone(page, 'Mallory', '127.0.0.1')
      page.say(hello)
      send(page)
      expect(cut(page)).toEqual([{ type: 'refused', reason: 'cut' }])
      expect(page.closed).toBe(true)
      expect(sources()).toEqual([])
    }
  })
})

/** The listener worker's end: it passes on what guests say. */
class Door {
  #lastId = 0
  readonly guests = new Map<number, Guest>()

  constructor(private readonly port: MessagePort) {
    port.on('message', (message: ToGuestDoor) => {
      const guest = this.guests.get(message.id)
      if (message.type === 'close') guest?.closed.resolve()
      else if (typeof message.data === 'string') guest?.hear(JSON.parse(message.data) as LinkAnswer)
      else guest?.play(message.data)
    })
  }

  tell(message: FromGuestDoor): void {
    this.port.postMessage(message)
  }

  enter(url: string, hertz = 2000): Guest {
    const guest = new Guest(++this.#lastId, this, hertz)
    this.guests.set(guest.id, guest)
    const token = url.split('/').at(-1) ?? ''
    this.tell({ type: 'connect', id: guest.id, token, address: '192.0.2.7', software: 'Mozilla/5.0 Chrome/140.0' })
    return guest
  }
}

class Guest {
  readonly closed = Promise.withResolvers<void>()
  readonly answers: LinkAnswer[] = []
  back: Float32Array[] = []
  readonly #encoder = new Encoder({ channels: 1, sample_rate: 48_000, application: 'audio' })
  readonly #decoder = new Decoder({ channels: 2, sample_rate: 48_000 })
  #wake: () => void = () => undefined

  constructor(
    readonly id: number,
    private readonly door: Door,
    private readonly hertz: number,
  ) {}

  hear(answer: LinkAnswer): void {
    this.answers.push(answer)
    this.#wake()
  }
  play(packet: Uint8Array): void {
    this.back.push(floatsOf(this.#decoder.decode(unpackSound(packet)!.payload), 2))
  }
  say(request: LinkRequest): void {
    this.door.tell({ type: 'message', id: this.id, data: JSON.stringify(request) })
  }
  give(data: Uint8Array<ArrayBuffer>): void {
    this.door.tell({ type: 'message', id: this.id, data })
  }
  async answered(type: LinkAnswer['type']): Promise<LinkAnswer> {
    for (;;) {
      const found = this.answers.find((answer) => answer.type === type)
      if (found) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
  /** @param arrives what becomes of a packet: whether the network brings it */
  async join(page = 'page-one', arrives: (index: number) => boolean = () => true): Promise<void> {
    await this.answered('invited')
    this.say({ ...hello, page } as LinkRequest)
    await this.answered('welcome')
    inTime(20, (index) => {
      const shorts = new Int16Array(toneOf(this.hertz, 0.5, index * 960, 960).map((value) => value * 32_767))
      const payload = this.#encoder.encode(shorts)
      if (arrives(index)) this.give(packSound({ sequence: index, timestamp: index * 960, payload }))
    })
  }
}

const invite = (name: string, hours = 1) => station.live.operations.guests.create({ name, invitedBy: 'Ines', hours })

describe('a guest', () => {
  // The door opens with the first invitation.
  beforeEach(async () => void (await invite('Nobody')))

  it('comes in by a link, is put on air, and hears the program without themselves', async () => {
    const { url } = await invite('Gustav')
    expect(url).toMatch(/^http:\/\/localhost\/guest\/[a-z0-9]{24}$/)
    const gustav = door.enter(url)
    expect(await gustav.answered('invited')).toMatchObject({ invitedBy: 'Ines', name: 'Gustav' })
    const anna = new Page(3000)
    anna.open('Anna')
    await gustav.join()
    await onAir('Gustav')
    await onAir('Anna')
    expect(named('Gustav')).toMatchObject({
      protocol: 'guest',
      mode: 'talkover',
      codec: 'Opus',
      software: 'Chrome 140',
    })
    await station.until(() => heard(2000) > -10 && heard(3000) > -10, 6000, 'both on the program')
    gustav.back = []
    await station.until(() => gustav.back.length >= 60, 8000, 'the program at the guest')
    const program = joined(gustav.back.slice(30, 60))
    expect(loudestDb(program, 3000)).toBeGreaterThan(-14)
    expect(loudestDb(program, 2000)).toBeLessThan(-50)
    await station.until(() => gustav.answers.some((answer) => answer.type === 'air' && answer.onAir), 2000)
  })

  it('whose network loses three packets in ten is still heard, and does the program no harm', async () => {
    const gustav = door.enter((await invite('Gustav')).url)
    await gustav.join('page-one', (index) => (index * 7919) % 10 >= 3)
    await onAir('Gustav')
    await station.until(() => heard(2000, 1) > -14, 8000, 'the guest on the program')
    program.seekToLive()
    await station.until(() => program.available() >= 2 * sampleRate, 8000)
    const { samples } = program.read(2 * sampleRate)!
    let quiet = 0
    let most = 0
    for (let frame = 0; frame < samples.length / 2; frame += 480) {
      const piece = samples.subarray(frame * 2, (frame + 480) * 2)
      quiet = piece.every((value) => Math.abs(value) < 0.02) ? quiet + 10 : 0
      most = Math.max(most, quiet)
    }
    expect(most).toBeLessThan(500)
    expect(samples.every((value) => Number.isFinite(value) && Math.abs(value) <= 1)).toBe(true)
  })

  it('with a wrong, an expired or a revoked link is told so, and guessing is stopped', async () => {
    const reason = async (url: string) => (await door.enter(url).answered('refused')) as { reason: string }
    expect(await reason('x/aaaaaaaaaaaaaaaaaaaaaaaa')).toMatchObject({ reason: 'unknown' })
    const expired = await invite('Erna', 1)
    station.db.prepare('UPDATE guestLinks SET expiresAt = 1 WHERE id = ?').run(expired.id)
    const revoked = await invite('Rita')
    await station.live.operations.guests.revoke({ id: revoked.id })
    expect(await reason(expired.url)).toMatchObject({ reason: 'expired' })
    expect(await reason(revoked.url)).toMatchObject({ reason: 'revoked' })
    const list = await station.live.operations.guests.list({})
    expect(list.map(({ name, state }) => [name, state])).toEqual([
      ['Rita', 'revoked'],
      ['Erna', 'expired'],
      ['Nobody', 'open'],
    ])
    expect(JSON.stringify(station.db.prepare('SELECT * FROM guestLinks').all())).not.toContain(revoked.url.slice(-24))
    for (let guess = 0; guess < 12; guess++) await reason(`x/bbbbbbbbbbbbbbbbbbbbbb${guess + 10}`)
    expect(await reason('x/cccccccccccccccccccccccc')).toMatchObject({ reason: 'tooMany' })
  })

  it('is alone with their link; the same page that comes back takes its own place', async () => {
    const { id, url } = await invite('Gustav')
    const first = door.enter(url)
    await first.join('page-one')
    await station.until(() => named('Gustav')?.state === 'ready', 8000)
    const stranger = door.enter(url)
    await stranger.answered('invited')
    stranger.say({ ...hello, page: 'page-two' } as LinkRequest)
    expect(await stranger.answered('refused')).toMatchObject({ reason: 'inUse' })
    const again = door.enter(url)
    await again.join('page-one')
    await first.closed.promise
    await station.until(() => sources().length === 1 && named('Gustav')?.state === 'ready', 8000)
    await station.live.operations.guests.revoke({ id })
    expect(await again.answered('refused')).toMatchObject({ reason: 'revoked' })
    await station.until(() => sources().length === 0, 4000)
  })

  it('who sends garbage or floods is cut, and leaves no source behind', async () => {
    for (const send of [
      (guest: Guest) => {
        for (let index = 0; index < 40; index++)
          guest.give(packSound({ sequence: index, timestamp: 0, payload: new Uint8Array([255, 255, 255, 1, 2]) }))
      },
      (guest: Guest) => {
        for (let index = 0; index < 4000; index++)
          guest.give(packSound({ sequence: index, timestamp: 0, payload: new Uint8Array([252, 255, 254]) }))
      },
      (guest: Guest) => guest.say({ type: 'nonsense' } as never),
    ]) {
      const guest = door.enter((await invite('Mallory')).url)
      await guest.answered('invited')
      guest.say(hello)
      await guest.answered('welcome')
      send(guest)
      expect(await guest.answered('refused')).toMatchObject({ reason: 'cut' })
      await guest.closed.promise
      await station.until(() => sources().length === 0, 4000)
    }
  })

  it('survives a playout worker that is started anew', async () => {
    const gustav = door.enter((await invite('Gustav')).url)
    await gustav.join()
    await onAir('Gustav')
    station.live.engineRestarted()
    await station.until(() => heard(2000) > -10, 8000, 'the guest on the program again')
  })
})
