// Real ffmpeg publishes to the real worker; what arrives at the engine's end of the sound port is measured.
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { runToEnd } from '../processes'
import { RawRtmp } from './testing/raw-rtmp'
import { openTestStation, type TestStationOptions } from './testing/station'

type TestStation = Awaited<ReturnType<typeof openTestStation>>
let station: TestStation

async function open(options: TestStationOptions = {}) {
  station = await openTestStation(options)
  await station.live.start()
  return station
}

afterEach(() => station.close())

const inState = (id: number, state: string, what: string = state) =>
  station.until(() => station.source(id)?.state === state && station.source(id), 8000, what)
const gone = (id: number) => station.until(() => !station.source(id), 5000, 'gone')
const kill = (pid: number | null | undefined, signal: NodeJS.Signals) => process.kill(pid ?? 0, signal)
const measured = (what: string, ms: number) => console.log(`${what}: ${Math.round(ms)} ms`)

describe('a presenter who publishes', () => {
  it.each(['audio', 'video', 'mp3'] as const)('is ready with sound soon after publishing (%s)', async (kind) => {
    const { live, engine, until } = await open()
    const anna = await station.presenter('Anna')
    station.publish(anna.publishUrl, kind)
    const source = await inState(anna.id, 'ready')
    const firstAt = await until(() => engine.firstAt.get(source.id), 8000, 'the first sound')
    measured(`publish to first sound, ${kind}`, firstAt - source.connectedAt)
    expect(firstAt - source.connectedAt).toBeLessThan(1500)
    await until(() => (engine.frames.get(source.id) ?? 0) > 48_000 * 2, 8000, 'two seconds of sound')
    expect(engine.peak.get(source.id)).toBeGreaterThan(0.05)
    expect(engine.open.get(source.id)).toBe('Anna')
    expect(live.state().sources).toMatchObject([
      {
        presenter: 'Anna',
        state: 'ready',
        codec: kind === 'mp3' ? 'MP3' : 'AAC',
        address: '127.0.0.1',
        onAirSince: null,
      },
    ])
    expect(live.state().sources[0]?.software).toMatch(/Lavf/)
  })

  it('names its title, which is shown and told', async () => {
    const { engine, until } = await open()
    const anna = await station.presenter('Anna')
    station.publish(anna.publishUrl, 'titled')
    const source = await inState(anna.id, 'ready')
    await until(() => station.source(anna.id)?.title === 'Grün', 5000, 'the title')
    expect(station.source(anna.id)).toMatchObject({ artist: 'Käthe' })
    expect(engine.titles.get(source.id)).toBe('Grün')
  })

  it('is not ready as long as there is a picture and no sound', async () => {
    const { live, engine, until } = await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    station.publish(anna.publishUrl, 'silentPicture')
    const source = await inState(anna.id, 'connecting')
    await until(() => Date.now() - source.connectedAt > 1500, 3000)
    expect(live.state().sources).toMatchObject([{ state: 'connecting' }])
    await expect(live.operations.takeAir({ sourceId: source.id })).rejects.toMatchObject({ code: 'conflict' })
    expect(engine.onAirSourceId).toBeNull()
  })

  it('goes on air by hand, is released, and stays ready', async () => {
    const { live, engine } = await open()
    const anna = await station.presenter('Anna', { mode: 'talkover' })
    station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'ready')
    const taken = await live.operations.takeAir({ sourceId: id })
    expect(taken.sources).toMatchObject([{ id, state: 'onAir', mode: 'talkover' }])
    expect(engine.onAirSourceId).toBe(id)
    await live.operations.takeAir({ sourceId: id, mode: 'full' })
    expect(station.source(anna.id)).toMatchObject({ state: 'onAir', mode: 'full' })
    const released = await live.operations.release({})
    expect(released.sources).toMatchObject([{ id, state: 'ready', onAirSince: null }])
    expect(engine.onAirSourceId).toBeNull()
    expect(station.db.prepare('SELECT presenter, automatic, endReason FROM liveTakes').all()).toMatchObject([
      { presenter: 'Anna', automatic: 0, endReason: 'released by hand' },
    ])
  })

  it('goes on air at once when set so, and not again by itself after being released by hand', async () => {
    const { live, engine, until } = await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    const publisher = station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'onAir')
    await live.operations.release({})
    const frames = engine.frames.get(id) ?? 0
    await until(() => (engine.frames.get(id) ?? 0) > frames + 48_000, 4000)
    expect(station.source(anna.id)?.state).toBe('ready')
    await publisher.kill()
    await gone(anna.id)
    station.publish(anna.publishUrl)
    await inState(anna.id, 'onAir', 'on air after coming back')
  })

  it('waits while another is on air, and follows when that one leaves', async () => {
    await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    const ben = await station.presenter('Ben', { autoAir: true })
    const first = station.publish(anna.publishUrl)
    await inState(anna.id, 'onAir')
    station.publish(ben.publishUrl)
    await inState(ben.id, 'ready')
    expect(station.source(anna.id)?.state).toBe('onAir')
    await first.kill()
    await inState(ben.id, 'onAir')
  })

  it('goes on air when the station does, when set so', async () => {
    const { engine, events } = await open()
    engine.stationOnAir = false
    events.emit('playout.air', { onAir: false, since: Date.now() })
    const anna = await station.presenter('Anna', { autoAir: true })
    station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'ready')
    await expect(station.live.operations.takeAir({ sourceId: id })).rejects.toThrow('off air')
    engine.stationOnAir = true
    events.emit('playout.air', { onAir: true, since: Date.now() })
    await inState(anna.id, 'onAir')
  })
})

describe('a presenter who goes away', () => {
  it('by kill -9 is off air at once', async () => {
    const { engine } = await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    const publisher = station.publish(anna.publishUrl)
    await inState(anna.id, 'onAir')
    const from = performance.now()
    kill(publisher.pid, 'SIGKILL')
    await gone(anna.id)
    measured('kill -9 of the publisher to queue', performance.now() - from)
    expect(performance.now() - from).toBeLessThan(1000)
    expect(engine.onAirSourceId).toBeNull()
    expect(station.processes.size).toBeLessThanOrEqual(1)
    await station.until(() => station.processes.size === 0, 3000, 'the end of the decoder')
  })

  it('by hanging is off air within three seconds, and back when the sound is', async () => {
    const { engine } = await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    const publisher = station.publish(anna.publishUrl)
    await inState(anna.id, 'onAir')
    const from = performance.now()
    kill(publisher.pid, 'SIGSTOP')
    await inState(anna.id, 'stalled')
    measured('SIGSTOP of the publisher to queue', performance.now() - from)
    expect(performance.now() - from).toBeLessThan(3000)
    expect(engine.onAirSourceId).toBeNull()
    kill(publisher.pid, 'SIGCONT')
    await inState(anna.id, 'onAir')
  })

  it('and comes back within a second is on air again as a new source', async () => {
    await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    const publisher = station.publish(anna.publishUrl)
    const before = await inState(anna.id, 'onAir')
    kill(publisher.pid, 'SIGKILL')
    await publisher.done
    station.publish(anna.publishUrl)
    await station.until(() => {
      const source = station.source(anna.id)
      return source && source.id !== before.id && source.state === 'onAir'
    })
    expect(station.live.state().sources).toHaveLength(1)
  })

  it('by hanging, and comes back from elsewhere, replaces the hung connection', async () => {
    await open()
    const anna = await station.presenter('Anna')
    const hung = station.publish(anna.publishUrl)
    const before = await inState(anna.id, 'ready')
    kill(hung.pid, 'SIGSTOP')
    await inState(anna.id, 'stalled')
    station.publish(anna.publishUrl)
    await station.until(() => {
      const source = station.source(anna.id)
      return source && source.id !== before.id && source.state === 'ready'
    })
    expect(station.live.state().sources).toHaveLength(1)
    kill(hung.pid, 'SIGCONT')
  })

  it('can be disconnected from the studio', async () => {
    const { live } = await open()
    const anna = await station.presenter('Anna')
    const publisher = station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'ready')
    expect(live.operations.drop({ sourceId: id })).toEqual({ ok: true })
    await gone(anna.id)
    expect((await publisher.done).ok).toBe(false)
    expect(() => live.operations.drop({ sourceId: id })).toThrow('not connected any more')
    await expect(live.operations.takeAir({ sourceId: id })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the decoder of a presenter', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'that gets %s is replaced within two seconds, and the presenter stays connected',
    async (signal) => {
      const { engine, until } = await open()
      const anna = await station.presenter('Anna', { autoAir: true })
      station.publish(anna.publishUrl)
      const { id } = await inState(anna.id, 'onAir')
      const frames = engine.frames.get(id) ?? 0
      await until(() => (engine.frames.get(id) ?? 0) > frames + 48_000, 4000)
      const pid = [...station.processes.values()][0]
      const lastAt = engine.lastAt.get(id) ?? 0
      kill(pid, signal)
      const nextPid = await until(
        () => [...station.processes.values()].find((each) => each !== pid),
        5000,
        'a new decoder',
      )
      expect(nextPid).toBeGreaterThan(0)
      const from = Date.now()
      await until(() => (engine.lastAt.get(id) ?? 0) > from, 4000, 'sound of the new decoder')
      measured(`gap after ${signal} of the decoder`, (engine.lastAt.get(id) ?? 0) - lastAt)
      expect((engine.lastAt.get(id) ?? 0) - lastAt).toBeLessThan(2500)
      expect(station.source(anna.id)).toMatchObject({ id, state: 'onAir' })
    },
  )
})

it('sound that cannot be decoded never goes on air and raises an incident', async () => {
  await open()
  const anna = await station.presenter('Anna', { autoAir: true })
  const client = await RawRtmp.publishing(station.port, anna.key)
  let at = 0
  const sending = setInterval(() => {
    at += 20
    client.audio(at)
  }, 20)
  await station.until(() => station.raised.some(({ code }) => code === 'cannotDecode'), 20_000, 'the incident')
  clearInterval(sending)
  expect(station.source(anna.id)?.state).toBe('connecting')
  client.destroy()
})

describe('keys', () => {
  it('an unknown key is refused in words that the sending software shows, logged, and raised', async () => {
    await open()
    const publisher = station.publish(`${station.live.state().rtmp.publishUrl}/wrongkey`)
    const exit = await publisher.done
    expect(exit.ok).toBe(false)
    expect(exit.stderrTail).toContain('This stream key is not known')
    await station.until(() => station.raised.some(({ code }) => code === 'wrongKey'), 3000, 'the incident')
    expect(station.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'Refused: This stream key is not known.' }),
    )
    expect(station.live.state().sources).toEqual([])
  })

  it('a presenter who is switched off is refused, and cut when connected', async () => {
    const { live } = await open()
    const anna = await station.presenter('Anna')
    const publisher = station.publish(anna.publishUrl)
    await inState(anna.id, 'ready')
    await live.operations.presenters.update({ id: anna.id, enabled: false })
    await gone(anna.id)
    await publisher.done
    const exit = await station.publish(anna.publishUrl).done
    expect(exit.stderrTail).toContain('switched off')
    const about = () => station.raised.find(({ code }) => code === 'disabledKey')
    expect((await station.until(about, 4000, 'the incident')).cause).toContain('Anna')
  })

  it('of two publishers with one key the second is refused and the first goes on', async () => {
    await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'onAir')
    const exit = await station.publish(anna.publishUrl).done
    expect(exit.stderrTail).toContain('already sending from elsewhere')
    await station.until(() => station.raised.some(({ code }) => code === 'keyInUse'), 3000, 'the incident')
    expect(station.lines.some(({ message }) => message.includes('already sending from elsewhere'))).toBe(true)
    expect(station.source(anna.id)).toMatchObject({ id, state: 'onAir' })
  })

  it('a new key replaces the old one at once', async () => {
    const { live } = await open()
    const anna = await station.presenter('Anna')
    const publisher = station.publish(anna.publishUrl)
    await inState(anna.id, 'ready')
    const rotated = await live.operations.presenters.rotateKey({ id: anna.id })
    await publisher.done
    expect((await station.publish(anna.publishUrl).done).stderrTail).toContain('not known')
    station.publish(rotated.publishUrl)
    await inState(anna.id, 'ready')
  })

  it('is seen by nobody but in the answer that made it', async () => {
    const { live, db } = await open()
    const anna = await station.presenter('Anna')
    station.publish(anna.publishUrl)
    await inState(anna.id, 'ready')
    const stored = JSON.stringify(db.prepare('SELECT * FROM presenters').all())
    const shown = JSON.stringify([live.state(), live.operations.presenters.list({}), station.lines, station.raised])
    expect(anna.key).toMatch(/^[a-z2-9]{24}$/)
    expect(stored + shown).not.toContain(anna.key)
    expect(anna.keyHint).toBe(anna.key.slice(-4))
  })
})

describe('the RTMP server', () => {
  it('says which port is in use, and starts on another', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    station = await openTestStation({ settings: { 'live.rtmp.port': port } })
    await expect(station.live.start()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(String(port)),
    })
    expect(station.live.state().rtmp).toMatchObject({
      state: 'failed',
      port,
      message: expect.stringContaining('in use'),
    })
    expect(station.live.feedUrl()).toBeNull()
    expect(station.raised).toContainEqual(expect.objectContaining({ code: 'rtmpDown' }))
    station.settings.update({ 'live.rtmp.port': 0 })
    await station.until(() => station.live.state().rtmp.state === 'running')
    await expect(station.live.operations.rtmp.setConfig({ port })).rejects.toMatchObject({ code: 'conflict' })
    expect(station.settings.get('live.rtmp.port')).toBe(0)
    expect(station.live.state().rtmp.state).toBe('running')
    taken.close()
  })

  it.each([
    ['an address of another computer', { 'live.rtmp.host': '192.0.2.1' }, 'validation'],
    ['a name that does not exist', { 'live.rtmp.host': 'no.such.host.invalid' }, 'validation'],
  ] as const)('refuses %s', async (_what, settings, code) => {
    station = await openTestStation({ settings })
    await expect(station.live.start()).rejects.toMatchObject({ code })
  })

  it('starts, stops, starts again and restarts, however often it is asked', async () => {
    const { live } = await open()
    const { port } = live.state().rtmp
    await Promise.all([live.start(), live.restart(), live.stop(), live.start()])
    expect(live.state().rtmp).toMatchObject({ state: 'running', port })
    const stopped = await live.operations.rtmp.stop({})
    expect(stopped).toMatchObject({ state: 'stopped', since: null, connections: 0 })
    await expect(RawRtmp.open(port)).rejects.toThrow()
    expect(await live.operations.rtmp.start({})).toMatchObject({ state: 'running', port })
  })

  it('that is restarted drops its presenters, who can come back', async () => {
    const { live, engine } = await open()
    const anna = await station.presenter('Anna', { autoAir: true })
    const publisher = station.publish(anna.publishUrl)
    await inState(anna.id, 'onAir')
    await live.restart()
    expect(live.state().sources).toEqual([])
    expect(engine.onAirSourceId).toBeNull()
    await publisher.done
    station.publish(anna.publishUrl)
    await inState(anna.id, 'onAir')
  })

  it('that crashes is started again on its port, raises an incident, and hands the air back', async () => {
    const workers: Worker[] = []
    const remember = (worker: Worker) => void workers.push(worker)
    process.on('worker', remember)
    const { live, engine } = await open()
    process.off('worker', remember)
    const anna = await station.presenter('Anna', { autoAir: true })
    const publisher = station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'onAir')
    const { port } = live.state().rtmp
    const from = performance.now()
    await workers.at(-1)?.terminate()
    await station.until(() => station.raised.some(({ code }) => code === 'rtmpDown'), 3000, 'the incident')
    expect(engine.onAirSourceId).toBeNull()
    await station.until(() => live.state().rtmp.state === 'running', 8000, 'running again')
    measured('crash of the worker to listening again', performance.now() - from)
    expect(live.state().rtmp.port).toBe(port)
    await publisher.done
    station.publish(anna.publishUrl)
    expect((await inState(anna.id, 'onAir')).id).not.toBe(id)
  })

  it('gives a restarted engine a new port, and what was on air goes on', async () => {
    const { live, engine } = await open()
    const anna = await station.presenter('Anna')
    station.publish(anna.publishUrl)
    const { id } = await inState(anna.id, 'ready')
    await live.operations.takeAir({ sourceId: id })
    engine.onAirSourceId = null
    live.engineRestarted()
    await station.until(() => engine.onAirSourceId === id, 5000, 'on air again')
    await station.until(() => engine.open.has(id), 3000, 'the source on the new port')
  })

  it('closes the takes that a crash left open', async () => {
    const first = await openTestStation()
    first.db.exec(
      `INSERT INTO liveTakes (presenter, sourceId, mode, automatic, takenAt) VALUES ('Anna', 'x', 'full', 1, 5)`,
    )
    station = await openTestStation({ db: first.db })
    expect(first.db.prepare('SELECT endReason FROM liveTakes').get()).toEqual({ endReason: 'the station ended' })
    await first.live.close()
    first.engine.close()
  })
})

describe('the program over RTMP', () => {
  const probe = (url: string) =>
    runToEnd({
      name: 'probe',
      job: 'test',
      command: 'ffprobe',
      args: [
        '-v',
        'error',
        '-rw_timeout',
        '8000000',
        '-show_entries',
        'stream=codec_name,sample_rate',
        '-of',
        'csv=p=0',
        url,
      ],
      timeoutSeconds: 15,
    })

  it('is played by ffprobe while the station feeds it, also over a change of the feed', async () => {
    const { live } = await open()
    const feed = station.publish(live.feedUrl() ?? '')
    const player = await RawRtmp.playing(station.port)
    await player.hears('Lavf')
    const played = await probe(live.playUrl())
    expect(played.stdout.toString()).toContain('aac,48000')
    await feed.kill()
    station.publish(live.feedUrl() ?? '')
    let heard = 0
    player.socket.on('data', (bytes) => (heard += bytes.length))
    await station.until(() => heard > 20_000, 8000, 'sound for the player that stayed')
    expect(live.state().sources).toEqual([])
    player.destroy()
  })

  it('is heard by the station itself although nobody else may play, and that counts as nobody', async () => {
    const { live } = await open({ settings: { 'live.rtmp.play': 'nobody' } })
    const feed = station.publish(live.feedUrl() ?? '')
    await station.until(() => live.state().rtmp.connections === 1, 8000, 'the feed')
    const key = live.feedUrl()?.split('/').at(-1) ?? ''
    const own = await RawRtmp.playing(station.port, key)
    await own.hears('Lavf')
    expect(live.players()).toBe(0)
    const other = await RawRtmp.ready(station.port)
    other.play('program')
    expect(await other.heardBeforeEnd('Playing is not allowed from here')).toBe(true)
    own.destroy()
    await feed.kill()
  })

  it('is taken over by a newer feed of the station', async () => {
    const { live } = await open()
    const first = station.publish(live.feedUrl() ?? '')
    const player = await RawRtmp.playing(station.port)
    await player.hears('Lavf')
    const second = station.publish(live.feedUrl() ?? '')
    expect((await first.done).ok).toBe(false)
    expect(second.running).toBe(true)
    expect(player.isClosed).toBe(false)
    player.destroy()
  })

  it('is for nobody when set so, at once', async () => {
    const { live, settings } = await open()
    station.publish(live.feedUrl() ?? '')
    const player = await RawRtmp.playing(station.port)
    settings.update({ 'live.rtmp.play': 'nobody' })
    await player.closed
    const refused = await RawRtmp.ready(station.port)
    refused.play('program')
    expect(await refused.heardBeforeEnd('Playing is not allowed from here')).toBe(true)
    settings.update({ 'live.rtmp.play': 'local' })
    const allowed = await RawRtmp.playing(station.port)
    allowed.destroy()
  })
})
