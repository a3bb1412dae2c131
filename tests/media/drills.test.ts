import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningStation, startStation, until } from '../helpers/station'

interface Run {
  id: number
  state: string
  missedSeconds: number | null
  kept: boolean | null
  others: { output: string; missedSeconds: number }[]
  steps: { text: string }[]
  problem: string | null
}

let station: RunningStation

beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
  await until(
    () => station.get('/api/drills'),
    ({ drills }) => drills.every(({ unavailable }: { unavailable: string | null }) => unavailable === null),
    60,
  )
})
afterAll(() => station.remove())

/** A station that was suspended cuts idle connections when it wakes: asked again, it answers. */
const runs = async (): Promise<Run[]> => {
  const { runs: held } = await station.get('/api/drills').catch(() => station.get('/api/drills'))
  return held
}
const hold = async (kind: string, output?: string): Promise<Run> => {
  const { id } = await station.send('POST', '/api/drills', { kind, output, understood: true })
  const all = await until(runs, (now) => now.some((run) => run.id === id && run.state !== 'running'), 120)
  return all.find((run) => run.id === id) as Run
}

describe('a fire drill', () => {
  test('with an encoder killed costs its listeners less than a second, and the others nothing', async () => {
    const services = async () => await station.get('/api/monitoring/services')
    const pidOf = async () => (await services()).find(({ id }: { id: string }) => id === 'encoder.opus').pid
    const before = await pidOf()
    const run = await hold('encoder', 'opus')
    expect(run).toMatchObject({ state: 'done', kept: true, problem: null })
    expect(await pidOf()).not.toBe(before)
  })

  test('with the software of a presenter frozen gives the program back to the queue, and leaves nobody behind', async () => {
    const run = await hold('liveSource')
    expect(run).toMatchObject({ state: 'done', kept: true })
    // The stall time is two seconds: less than one would mean that nothing hung.
    expect(run.missedSeconds).toBeGreaterThan(1)
    const { live, item } = await station.get('/api/playout')
    expect(live).toBeNull()
    expect(item).not.toBeNull()
    expect(await station.get('/api/presenters')).toEqual([])
  })

  test('with a destination cut pushes again as soon as it is let, and no listener notices', async () => {
    const run = await hold('destination')
    expect(run).toMatchObject({ state: 'done', kept: true })
    expect(run.missedSeconds).toBeGreaterThanOrEqual(5)
    for (const { missedSeconds } of run.others) expect(missedSeconds).toBeLessThan(0.5)
    expect(await station.get('/api/destinations')).toEqual([])
  })

  test('with the database full plays on, and writes again afterwards', async () => {
    const run = await hold('diskQuota')
    expect(run).toMatchObject({ state: 'done', kept: true })
    expect(run.steps.map(({ text }) => text)).toContain('The database has no more room: database or disk is full.')
    for (let number = 1; number <= 50; number++)
      await station.send('POST', '/api/playlists', { name: `List ${number}`, description: 'x'.repeat(400) })
    expect((await runs())[0]).toMatchObject({ id: run.id, state: 'done' })
  })

  test('with an unreadable file goes past it, and takes the drill track out of the library', async () => {
    const run = await hold('unreadableFile')
    expect(run).toMatchObject({ state: 'done', kept: true })
    const { items } = await station.get('/api/tracks?q=fire+drill')
    expect(items).toEqual([])
  })

  test('with the station suspended for 20 seconds goes on as soon as it wakes', async () => {
    const run = await hold('suspend')
    expect(run).toMatchObject({ state: 'done', kept: true })
    expect(run.missedSeconds).toBeGreaterThan(15)
    expect((await station.get('/api/playout')).onAir).toBe(true)
  })

  test('can be broken off, and is the only one meanwhile', async () => {
    const { id } = await station.send('POST', '/api/drills', { kind: 'destination', understood: true })
    const second = await station.api('/api/drills', { method: 'POST', json: { kind: 'encoder', understood: true } })
    expect(second.status).toBe(409)
    const run = await station.send('POST', `/api/drills/${id}/cancel`)
    expect(run).toMatchObject({ state: 'cancelled', problem: 'It was broken off.' })
    expect(await station.get('/api/destinations')).toEqual([])
  })

  test('needs somebody who says that they know what they do, and an owner', async () => {
    const unsaid = await station.api('/api/drills', { method: 'POST', json: { kind: 'encoder' } })
    expect(unsaid.status).toBe(400)
    const { key } = await station.send('POST', '/api/auth/keys', { name: 'producer', role: 'programmer' })
    const other = await station.api('/api/drills', {
      method: 'POST',
      json: { kind: 'encoder', understood: true },
      headers: { authorization: `Bearer ${key}` },
    })
    expect(other.status).toBe(403)
  })

  test('is not held off air, where there is nothing to miss', async () => {
    await station.send('POST', '/api/playout/stop')
    await until(
      () => station.get('/api/playout'),
      ({ onAir }) => !onAir,
    )
    const response = await station.api('/api/drills', { method: 'POST', json: { kind: 'encoder', understood: true } })
    expect(response.status).toBe(409)
    expect((await response.json()).error.message).toContain('off air')
  })
})
