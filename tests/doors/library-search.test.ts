// The search line, pages by place, ids of all that is found, and saved views, over REST.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
beforeAll(async () => {
  station = await startStation({ args: ['--demo'] })
  await until(
    () => station.get('/api/tracks'),
    ({ items }) => items.length === 6 && items.every((track: { state: string }) => track.state === 'playable'),
    120,
  )
}, 180_000)
afterAll(() => station.remove())

const search = (q: string, more = '') => station.get(`/api/tracks?q=${encodeURIComponent(q)}${more}`)
const failure = async (method: string, path: string, json?: unknown) => {
  const response = await station.api(path, { method, json })
  return { status: response.status, ...((await response.json()) as { error: { code: string; message: string } }).error }
}

test('fields, exclusions and ranges are understood, and what makes no sense is refused in words', async () => {
  const { items } = await station.get('/api/tracks')
  const track = items.find(({ kind }: { kind: string }) => kind === 'music')
  expect((await search(`title:"${track.title}" added:<1d played:0 duration:>0:10 -kind:jingle`)).items).toHaveLength(1)
  expect((await search('kind:jingle')).total).toBe(2)
  expect((await search('-kind:jingle lufs:-60-0')).total).toBe(4)
  expect(await failure('GET', '/api/tracks?q=bpm:fast')).toMatchObject({
    status: 400,
    code: 'validation',
    message: '"bpm:fast" cannot be searched for. Write a number, as bpm:120, bpm:>120 or bpm:120-128.',
  })
  for (const q of ['"', '*', 'NEAR(', 'a AND', '-', ':', 'title:', '(((', '\u0000', '😀']) {
    expect((await station.api(`/api/tracks?q=${encodeURIComponent(q)}`)).status, q).toBe(200)
  }
})

test('a day in the search is a day where the station is', async () => {
  // Their calendars never show the same day.
  for (const timezone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    const dayIn = (zone: string) => new Intl.DateTimeFormat('sv', { timeZone: zone }).format(Date.now())
    await station.send('PATCH', '/api/settings', { 'station.timezone': timezone })
    expect((await search('added:today')).total).toBe(6)
    expect((await search(`added:${dayIn(timezone)}`)).total).toBe(6)
    const elsewhere = timezone === 'Pacific/Pago_Pago' ? 'Pacific/Kiritimati' : 'Pacific/Pago_Pago'
    expect((await search(`added:${dayIn(elsewhere)}`)).total).toBe(0)
  }
})

test('a page can begin at any place, and all ids come in the order of the list', async () => {
  const { items } = await station.get('/api/tracks?sort=duration&order=desc')
  const ids = items.map(({ id }: { id: number }) => id)
  const page = await station.get('/api/tracks?sort=duration&order=desc&offset=4&limit=1')
  expect(page.items.map(({ id }: { id: number }) => id)).toEqual(ids.slice(4, 5))
  expect(page.total).toBe(6)
  const all = await station.get('/api/library/track-ids?sort=duration&order=desc')
  expect(all).toMatchObject({ ids, total: 6 })
})

test('a view is saved, renamed and deleted; a name is used once', async () => {
  const columns = [
    { key: 'title', width: null },
    { key: 'comment', width: 240 },
  ]
  const view = await station.send('POST', '/api/library/views', {
    name: 'Fresh',
    q: 'added:<7d',
    sort: 'added',
    columns,
  })
  expect(view).toMatchObject({ name: 'Fresh', q: 'added:<7d', kind: null, sort: 'added', order: 'asc', columns })
  expect(await failure('POST', '/api/library/views', { name: 'fresh' })).toMatchObject({
    status: 409,
    message: 'There is a view "fresh" already.',
  })
  const path = `/api/library/views/${view.id}`
  const changed = await station.send('PATCH', path, { name: 'New', order: 'desc' })
  expect(changed).toMatchObject({ name: 'New', order: 'desc', q: 'added:<7d', columns })
  expect(await station.get('/api/library/views')).toEqual([changed])
  expect(await failure('POST', '/api/library/views', { name: '  ' })).toMatchObject({ status: 400 })
  await station.send('DELETE', path)
  expect(await failure('PATCH', path, { name: 'Gone' })).toMatchObject({ status: 404 })
  expect(await station.get('/api/library/views')).toEqual([])
})

test('several tracks are taken out at once; those that cannot be are named', async () => {
  const { ids } = await station.get('/api/library/track-ids?q=kind:jingle')
  const answer = await station.send('POST', '/api/library/remove-tracks', { ids: [...ids, 99_999] })
  expect(answer).toEqual({ removed: 2, failures: [{ trackId: 99_999, why: 'There is no such track.' }] })
  expect((await search('kind:jingle')).total).toBe(0)
})
