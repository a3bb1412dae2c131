import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
let tracks: { id: number; title: string; path: string }[] = []
beforeAll(async () => {
  station = await startStation({ args: ['--demo'] })
  const page = await until(
    () => station.get('/api/tracks'),
    ({ items }) => items.length === 6 && items.every((track: { state: string }) => track.state === 'playable'),
    120,
  )
  tracks = page.items
}, 180_000)
afterAll(() => station.remove())

const failure = async (method: string, path: string, json?: unknown) => {
  const response = await station.api(path, { method, json })
  return { status: response.status, ...((await response.json()) as { error: { code: string; message: string } }).error }
}

async function upload(name: string, content: string, fields: Record<string, string> = {}) {
  const form = new FormData()
  form.append('file', new Blob([content]), name)
  // A field may stand behind the file.
  for (const [key, value] of Object.entries(fields)) form.append(key, value)
  const response = await station.api('/api/playlists/import', { method: 'POST', body: form })
  return { status: response.status, body: await response.json() }
}

test('a smart list is tried, made, follows its rules and is not edited by hand', async () => {
  const rules = { match: 'all', rules: [{ field: 'kind', op: 'is', value: 'music' }] }
  const preview = await station.send('POST', '/api/playlists/preview', { rules })
  expect(preview).toMatchObject({ matching: 4, libraryCount: 6, fits: 'some', warning: null })
  const list = await station.send('POST', '/api/playlists', { name: 'Music', rules, order: { by: 'title' } })
  expect(list).toMatchObject({ kind: 'smart', trackCount: 4 })
  expect(await failure('POST', `/api/playlists/${list.id}/items`, { trackIds: [tracks[0]?.id] })).toMatchObject({
    status: 409,
    code: 'conflict',
  })
  const [first] = await station.get(`/api/playlists/${list.id}/items?limit=1`)
  await station.send('PATCH', `/api/tracks/${first.track.id}`, { kind: 'jingle' })
  await until(
    () => station.get(`/api/playlists/${list.id}`),
    ({ trackCount }) => trackCount === 3,
  )
  await station.send('PATCH', `/api/tracks/${first.track.id}`, { kind: 'music' })
  const bad = { rules: { match: 'all', rules: [{ field: 'year', op: 'contains', value: 'x' }] } }
  expect(await failure('POST', '/api/playlists/preview', bad)).toMatchObject({ status: 400, code: 'validation' })
  const unknown = { rules: { match: 'all', rules: [{ field: 'password', op: 'is', value: 'x' }] } }
  expect(await failure('POST', '/api/playlists/preview', unknown)).toMatchObject({ status: 400 })
})

test('a list goes out as every kind of file and comes back the same', async () => {
  const trackIds = [tracks[1], tracks[0], tracks[1]].map((track) => track?.id)
  const { id } = await station.send('POST', '/api/playlists', { name: 'Out/“and” in', trackIds })
  for (const format of ['m3u8', 'm3u', 'pls', 'xspf', 'csv']) {
    for (const paths of ['absolute', 'relative']) {
      const file = await station.api(`/api/playlists/${id}/export?format=${format}&paths=${paths}`)
      expect(file.headers.get('content-disposition')).toContain(`.${format}`)
      const { status, body } = await upload(`again.${format}`, await file.text(), { name: 'Again' })
      expect(status).toBe(201)
      expect(body).toMatchObject({ state: 'done', matched: 3, unmatched: 0 })
      const items = await station.get(`/api/playlists/${body.playlistId}/items`)
      expect(items.map((item: { track: { id: number } }) => item.track.id)).toEqual(trackIds)
      expect((await station.get(`/api/playlists/${body.playlistId}`)).name).toBe('Again')
    }
  }
  expect(await failure('GET', `/api/playlists/${id}/export?format=doc`)).toMatchObject({ status: 400 })
  expect(await failure('GET', '/api/playlists/9999/export')).toMatchObject({ status: 404 })
})

test('addresses in a playlist are never called, and files that are none are refused', async () => {
  let calls = 0
  const server = createServer((_, response) => {
    calls += 1
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const url = `http://127.0.0.1:${port}/list.m3u8`
  const { body } = await upload('list.m3u8', `${url}\nlist.m3u8\n${tracks[0]?.path}\n`)
  expect(body).toMatchObject({ matched: 1, unmatched: 2, byReason: { elsewhere: 1, nested: 1 } })
  const bomb = `<!DOCTYPE p [<!ENTITY a "x"><!ENTITY b "&a;&a;"> <!ENTITY c SYSTEM "${url}">]><playlist><title>&b;&c;</title></playlist>`
  expect((await upload('bomb.xspf', bomb)).body).toMatchObject({ state: 'failed', playlistId: null })
  expect(await upload('song.mp3', 'ID3')).toMatchObject({ status: 422 })
  expect(await upload('empty.m3u', '')).toMatchObject({ status: 422 })
  expect(calls).toBe(0)
  server.close()
})

test('a shared list is a page for everyone that holds nothing private, until it is ended', async () => {
  const trackIds = [tracks[0]?.id]
  const { id } = await station.send('POST', '/api/playlists', { name: 'Open & <b>', description: 'For all', trackIds })
  const share = await station.send('POST', `/api/playlists/${id}/share`, {})
  const page = await fetch(share.url)
  expect(page.status).toBe(200)
  const text = await page.text()
  expect(text).toContain('Open &amp; &lt;b&gt;')
  expect(text).toContain(tracks[0]?.title)
  const json = await (await fetch(`${share.url}.json`)).text()
  for (const hidden of [station.dataDir, tracks[0]?.path ?? '', '"path"', '"note"', '"trackId"']) {
    expect(text + json).not.toContain(hidden)
  }
  const [script] = /\.\/assets\/[\w.-]+\.js/.exec(text) ?? []
  expect((await fetch(new URL(script ?? 'missing', share.url))).status).toBe(200)
  await station.send('DELETE', `/api/playlists/${id}/share`)
  expect((await fetch(share.url)).status).toBe(404)
})
