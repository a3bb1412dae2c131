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

const failure = async (method: string, path: string, json?: unknown, authorization?: string) => {
  const response = await station.api(path, { method, json, ...(authorization ? { headers: { authorization } } : {}) })
  return { status: response.status, ...((await response.json()) as { error: { code: string; message: string } }).error }
}
const trackId = async (title: string): Promise<number> => {
  const { items } = await station.get(`/api/tracks?q=${encodeURIComponent(title)}`)
  return items[0].id
}

test('a page and a cart are made over REST, fired, seen, stopped and logged', async () => {
  const page = await station.send('POST', '/api/carts/pages', { name: 'Idents' })
  const cart = await station.send('POST', '/api/carts', { pageId: page.id, trackId: await trackId('calm'), loop: true })
  expect(cart).toMatchObject({ slot: 1, kind: 'jingle', problem: null })
  expect(await failure('POST', `/api/carts/${cart.id}/play`)).toMatchObject({
    status: 409,
    code: 'conflict',
    message: 'The station is off air.',
  })
  await station.send('POST', '/api/playout/start')
  const fired = Date.now()
  const playing = await station.send('POST', `/api/carts/${cart.id}/play`)
  expect(playing).toMatchObject({ cartId: cart.id, state: 'playing', loop: true })
  expect(playing.startedAt - fired).toBeLessThan(1000)
  expect((await station.get('/api/carts')).plays).toHaveLength(1)
  await station.send('POST', `/api/carts/${cart.id}/stop`)
  await until(
    () => station.get('/api/carts'),
    ({ plays }) => plays.length === 0,
  )
  const [entry] = (await station.get('/api/log?limit=1')).items
  expect(entry).toMatchObject({ kind: 'jingle', reason: 'cart', endReason: 'stop' })
  // Listeners are told of songs, not of what is laid over them.
  const { song_history: history } = (await (await fetch(`${station.listen}/api/nowplaying`)).json()) as {
    song_history: { song: { title: string } }[]
  }
  expect(history.map(({ song }) => song.title)).not.toContain(entry.title)
})

test('what makes no sense is refused in words', async () => {
  expect(await failure('POST', '/api/carts/99/play')).toMatchObject({ status: 404, message: 'There is no cart 99.' })
  expect(await failure('POST', '/api/carts', { pageId: 1, trackId: 9999 })).toMatchObject({ status: 404 })
  expect(await failure('PATCH', '/api/carts/1', { slot: 13 })).toMatchObject({ status: 400 })
  expect(await failure('PATCH', '/api/carts/1', { midiNote: 128 })).toMatchObject({ status: 400 })
  expect(await failure('PUT', '/api/carts/pages/order', { ids: [1, 2] })).toMatchObject({ status: 409 })
})

test('a presenter fires carts and may not edit them; a viewer does neither', async () => {
  const key = async (role: string) =>
    `Bearer ${(await station.send('POST', '/api/auth/keys', { name: role, role })).key}`
  const presenter = await key('presenter')
  const viewer = await key('viewer')
  expect(
    (await station.api('/api/carts/1/play', { method: 'POST', headers: { authorization: presenter } })).status,
  ).toBe(200)
  expect(await failure('PATCH', '/api/carts/1', { label: 'Mine' }, presenter)).toMatchObject({ status: 403 })
  expect(await failure('POST', '/api/carts/1/play', undefined, viewer)).toMatchObject({ status: 403 })
  expect((await station.api('/api/carts', { headers: { authorization: viewer } })).status).toBe(200)
  expect((await station.api('/api/carts/stop', { method: 'POST', headers: { authorization: presenter } })).status).toBe(
    200,
  )
})
