import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen, longestSilence, type MountListener, toneAgainstRest } from '../helpers/listener'
import { type RunningStation, startStation, until } from '../helpers/station'

interface Service {
  id: string
  kind: string
  state: string
  pid: number | null
  restarts: number
}

let station: RunningStation
let listener: MountListener
const bytesPerSecond = 128_000 / 8

beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
  await until(
    () => station.get('/api/playout'),
    (air) => air.onAir && air.item !== null,
  )
  listener = await listen(`${station.listen}/stream.mp3`)
  await listener.more(bytesPerSecond * 3)
})
afterAll(async () => {
  listener.leave()
  await station.remove()
})

const processes = async (): Promise<Service[]> =>
  (await station.get('/api/monitoring/services')).filter(({ kind, pid }: Service) => kind === 'process' && pid !== null)

/** Longest time without bytes since `fromMs`. */
const longestGapMs = (fromMs: number) => {
  const times = [fromMs, ...listener.arrivals.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs)]
  return Math.max(0, ...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)))
}

describe('killing any child process', () => {
  test('one after another never takes the sound from a listener for more than a second', async () => {
    const killed: string[] = []
    for (const { id } of await processes()) {
      const now = (await processes()).find((service) => service.id === id)
      if (!now?.pid) continue
      const fromMs = listener.arrivals.at(-1)?.atMs ?? 0
      process.kill(now.pid, 'SIGKILL')
      killed.push(id)
      await listener.more(bytesPerSecond * 3)
      expect(listener.closed, id).toBe(false)
      expect(longestGapMs(fromMs), `gap after ${id} was killed`).toBeLessThan(id === 'encoder.mp3' ? 2000 : 1300)
    }
    expect(killed.some((id) => id.startsWith('encoder.'))).toBe(true)
    expect(killed.some((id) => id.startsWith('decoder'))).toBe(true)
    // The first piece begins out of silence; what counts comes after.
    expect(await longestSilence(listener.recording().subarray(bytesPerSecond * 3))).toBeLessThan(0.6)
  })

  test('each that was killed runs again, and the studio says what happened', async () => {
    await until(processes, (all) =>
      ['encoder.hls', 'encoder.mp3', 'encoder.aac', 'encoder.opus'].every((id) =>
        all.some((service) => service.id === id && service.state === 'running'),
      ),
    )
    const log = await station.get('/api/monitoring/logs?level=warn')
    expect(JSON.stringify(log)).toMatch(/encoder\.mp3/)
  })

  test('an encoder that hangs is replaced', async () => {
    const mp3 = (await processes()).find(({ id }) => id === 'encoder.mp3')!
    process.kill(mp3.pid!, 'SIGSTOP')
    await until(processes, (all) => all.some(({ id, pid }) => id === 'encoder.mp3' && pid !== null && pid !== mp3.pid))
    await listener.more(bytesPerSecond * 2)
    expect(listener.closed).toBe(false)
  })
})

describe('going live', () => {
  const publish = (url: string, seconds: number) =>
    spawn(
      'ffmpeg',
      [
        '-hide_banner',
        '-loglevel',
        'error',
        '-re',
        '-f',
        'lavfi',
        '-i',
        `sine=frequency=1000:sample_rate=48000:duration=${seconds}`,
        '-ac',
        '2',
        '-c:a',
        'aac',
        '-b:a',
        '128k',
        '-f',
        'flv',
        url,
      ],
      { stdio: 'ignore' },
    )

  test('a presenter with a key is heard on the mount, and the queue comes back within 3 seconds of a cut line', async () => {
    const { publishUrl } = await station.send('POST', '/api/presenters', { name: 'Ines', autoAir: true })
    const presenter = publish(publishUrl, 60)
    await until(
      () => station.get('/api/playout'),
      (air) => air.live?.presenter === 'Ines',
    )
    // What was on its way to the listener is still the song.
    await listener.more(bytesPerSecond * 5)
    const before = listener.bytes
    await listener.more(bytesPerSecond * 3)
    expect(await toneAgainstRest(listener.recording().subarray(before), 1000)).toBeGreaterThan(10)
    const cutAt = performance.now()
    presenter.kill('SIGKILL')
    await until(
      () => station.get('/api/playout'),
      (air) => air.live === null,
    )
    expect(performance.now() - cutAt).toBeLessThan(3000)
    await listener.more(bytesPerSecond * 4)
    const after = listener.bytes
    await listener.more(bytesPerSecond * 3)
    expect(await toneAgainstRest(listener.recording().subarray(after), 1000)).toBeLessThan(0)
  })

  test('a wrong key is refused, and the program does not notice', async () => {
    const presenter = publish(`${station.rtmp}/live/not-a-key`, 10)
    const [code] = await once(presenter, 'exit')
    expect(code).not.toBe(0)
    const live = await station.get('/api/live')
    expect(live.sources).toEqual([])
  })
})

describe('ending and starting again', () => {
  test('after a kill the station goes on within 5 seconds of where it was, and leaves no process behind', async () => {
    const pids = (await processes()).map(({ pid }) => pid as number)
    const before = await station.get('/api/playout')
    await station.stop('SIGKILL')
    await until(
      async () => pids.filter((pid) => isAlive(pid)),
      (alive) => alive.length === 0,
    )
    const killedAt = Date.now()
    station = await startStation({ dataDir: station.dataDir })
    const after = await until(
      () => station.get('/api/playout'),
      (air) => air.onAir && air.item !== null,
    )
    expect(after.item.trackId).toBe(before.item.trackId)
    const wasAt = before.item.positionSeconds + (killedAt - before.item.positionAt) / 1000
    const isAt = after.item.positionSeconds
    expect(Math.abs(isAt - wasAt)).toBeLessThan(5)
    // Listeners are told when the item's first frame is on its way to them.
    const told = await until(
      async () => (await fetch(`${station.listen}/api/nowplaying`)).json(),
      ({ now_playing }) => now_playing !== null,
    )
    expect(Math.abs(told.now_playing.elapsed - wasAt)).toBeLessThan(8)
    const resumed = await listen(`${station.listen}/stream.mp3`)
    await resumed.more(bytesPerSecond * 3)
    expect(await longestSilence(resumed.recording())).toBeLessThan(1)
    resumed.leave()
  })

  test('a clean quit and a start resume as well', async () => {
    const before = await station.get('/api/playout')
    expect(await station.stop()).toBe(0)
    station = await startStation({ dataDir: station.dataDir })
    const after = await until(
      () => station.get('/api/playout'),
      (air) => air.onAir && air.item !== null,
    )
    expect(after.item.trackId).toBe(before.item.trackId)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
