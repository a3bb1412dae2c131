import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
let trackIds: number[]
beforeAll(async () => {
  station = await startStation({ args: ['--demo'] })
  const { items } = await until(
    () => station.get('/api/tracks'),
    ({ items }) => items.length === 6 && items.every((track: { state: string }) => track.state === 'playable'),
    120,
  )
  trackIds = items.map(({ id }: { id: number }) => id)
  for (const { id } of await station.get('/api/playlists')) await station.send('DELETE', `/api/playlists/${id}`)
}, 180_000)
afterAll(() => station.remove())

test('a jingle list goes between all songs, and each item says why it was chosen', async () => {
  const [jingle, ...music] = trackIds as [number, ...number[]]
  await station.send('PATCH', `/api/tracks/${jingle}`, { kind: 'jingle' })
  for (const id of music) await station.send('PATCH', `/api/tracks/${id}`, { kind: 'music' })
  await station.send('POST', '/api/playlists', { name: 'Gold', role: 'rotation', trackIds: music })
  const idents = await station.send('POST', '/api/playlists', { name: 'Idents', trackIds: [jingle] })
  const list = await station.send('PATCH', `/api/rotation/lists/${idents.id}`, { everySongs: 1, inUse: true })
  expect(list).toMatchObject({ rule: 'everySongs', everySongs: 1, inUse: true, sharePercent: null })
  const queue = await until(
    () => station.get('/api/queue'),
    (items) => items.filter(({ kind }: { kind: string }) => kind === 'jingle').length === 2,
  )
  const drawn = queue.find(({ kind }: { kind: string }) => kind === 'jingle')
  expect(drawn.reason).toBe('rotation: Idents, between songs')
  const why = await station.get(`/api/queue/${drawn.id}/why`)
  expect(why.trace.chosen).toMatchObject({ list: 'Idents', rule: 'everySongs' })
  expect(why.sentences.length).toBeGreaterThan(2)
  expect((await station.api('/api/queue/999999/why')).status).toBe(404)
})

test('separation is set and read, and wrong rules are refused in words', async () => {
  expect(await station.get('/api/rotation/rules')).toMatchObject({
    titleMinutes: 180,
    artistMinutes: 60,
    albumMinutes: 0,
  })
  const changed = await station.send('PATCH', '/api/rotation/rules', { artistMinutes: 45, groups: ['Ann & Bob'] })
  expect(changed).toMatchObject({ titleMinutes: 180, artistMinutes: 45, groups: ['Ann & Bob'] })
  expect(await station.get('/api/rotation/rules')).toEqual(changed)
  for (const wrong of [{ artistMinutes: -1 }, { titleMinutes: 1.5 }, { nonsense: 1 }, { tags: [{ field: 'mood' }] }]) {
    expect((await station.api('/api/rotation/rules', { method: 'PATCH', json: wrong })).status).toBe(400)
  }
  const [{ playlistId }] = await station.get('/api/rotation/lists')
  const dayparts = [{ days: [1, 9], from: '6:00', to: '25:00' }]
  const refused = await station.api(`/api/rotation/lists/${playlistId}`, { method: 'PATCH', json: { dayparts } })
  expect(refused.status).toBe(400)
})

test('the linter shows what five songs cannot keep, with the numbers', async () => {
  const { findings } = await station.get('/api/rotation/lint')
  const title = findings.find(({ code }: { code: string }) => code === 'titleSeparationTooLong')
  expect(title).toMatchObject({ severity: 'error', figures: { titles: 5, wantedMinutes: 180 } })
  expect(title.sentence).toContain('at most')
})

test('a day is rehearsed without touching the queue', async () => {
  const before = await station.get('/api/queue')
  const order = { hours: 24, seed: 3, from: Date.now(), wait: true }
  const first = await station.send('POST', '/api/rotation/rehearse', order)
  expect(first).toMatchObject({ state: 'done', hours: 24, seed: 3 })
  const again = await station.send('POST', '/api/rotation/rehearse', order)
  expect(again.result.items).toEqual(first.result.items)
  expect(first.result.repeats.length).toBeGreaterThan(0)
  expect(first.result.neverPlayed.count).toBe(0)
  expect((await station.get(`/api/rotation/rehearse/${first.id}`)).state).toBe('done')
  expect((await station.get('/api/queue')).map(({ id }: { id: number }) => id)).toEqual(
    before.map(({ id }: { id: number }) => id),
  )
  expect((await station.api('/api/rotation/rehearse', { method: 'POST', json: { hours: 169 } })).status).toBe(400)

  const table = async (query: string) => {
    const answer = await station.api(`/api/rotation/rehearse/${first.id}/export${query}`)
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      lines: (await answer.text()).trim().split('\r\n'),
    }
  }
  const schedule = await table('')
  expect(schedule).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' })
  expect(schedule.lines[0]).toMatch(/^time,artist,title,/)
  expect(schedule.lines).toHaveLength(first.result.items.length + 1)
  const plays = (await table('?table=tracks')).lines.slice(1).map((line) => Number(line.split(',').at(-1)))
  expect(plays.reduce((sum, count) => sum + count, 0)).toBe(first.result.items.length)
  expect((await table('?table=artists')).lines[0]).toBe('artist,plays')
  expect((await table('?table=constructor')).status).toBe(400)
  expect((await table('?timezone=Nowhere')).status).toBe(400)
})
