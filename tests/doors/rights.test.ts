import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listen, type MountListener } from '../helpers/listener'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
const listeners: MountListener[] = []
beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
})
afterAll(async () => {
  for (const one of listeners) one.leave()
  await station?.remove()
})

interface Entry {
  id: number
  title: string
  startedAt: number
  endedAt: number | null
  listeners: number | null
  outputs: { output: string; listenersAtStart: number; listeners: number }[]
}
const entries = async (query = ''): Promise<Entry[]> => (await station.get(`/api/log/entries?limit=50${query}`)).items
const join = async () => {
  const listener = await listen(`${station.listen}/stream.mp3`)
  listeners.push(listener)
  await listener.more(20_000)
}
const skip = () => station.send('POST', '/api/playout/skip')

describe('what aired, through its door', () => {
  let heard: Entry

  test('has everyone who heard it: those at its start and those who came while it played', async () => {
    await until(entries, (all) => all.length > 0)
    await join()
    await join()
    await until(
      () => station.get('/api/streaming/status'),
      ({ listeners: { total } }) => total === 2,
    )
    const [before] = await entries()
    await skip()
    const [running] = await until(entries, ([newest]) => newest?.id !== before?.id)
    // They hear its beginning some seconds after it left the program.
    await listeners[0]?.more(80_000)
    await join()
    await until(
      () => station.get('/api/streaming/status'),
      ({ listeners: { total } }) => total === 3,
    )
    await listeners[0]?.more(80_000)
    await skip()
    const done = await until(
      entries,
      (all) => all.some(({ id, listeners: count }) => id === running?.id && count !== null),
      60,
    )
    heard = done.find(({ id }) => id === running?.id) as Entry
    expect(heard.listeners).toBe(3)
    expect(heard.outputs).toMatchObject([{ output: 'mp3', listenersAtStart: 2, listeners: 3 }])
  }, 90_000)

  test('is corrected by those who may, with a trail', async () => {
    const { key } = await station.send('POST', '/api/auth/keys', { name: 'Watcher', role: 'viewer' })
    const change = { artist: 'Somebody Else', isrc: 'gb-aye-63-00012', note: 'from the sleeve' }
    const refused = await station.api(`/api/log/entries/${heard.id}`, {
      method: 'PATCH',
      json: change,
      headers: { authorization: `Bearer ${key}` },
    })
    expect(refused.status).toBe(403)
    expect(await station.send('PATCH', `/api/log/entries/${heard.id}`, change)).toMatchObject({ isrc: 'GBAYE6300012' })
    const trail = await station.get(`/api/log/entries/${heard.id}/trail`)
    expect(trail.map(({ field }: { field: string }) => field)).toEqual(['isrc', 'artist'])
    const bad = await station.api(`/api/log/entries/${heard.id}`, { method: 'PATCH', json: { isrc: 'nonsense' } })
    expect(bad.status).toBe(400)
  })

  test('goes out as a report of use, a table and a cue sheet', async () => {
    const period = `from=${heard.startedAt - 60_000}&to=${Date.now() + 1000}`
    const report = await station.api(`/api/log/export?format=soundexchange&${period}`)
    expect(report.headers.get('content-disposition')).toContain('attachment')
    const line = (await report.text()).split('\r\n').find((one) => one.includes('GBAYE6300012'))
    expect(line?.split('|')).toHaveLength(8)
    expect(line?.endsWith('|3')).toBe(true)
    const table = await (await station.api(`/api/log/export?format=csv&${period}`)).text()
    const rows = parse(table, { bom: true, columns: true }) as { title: string; isrc: string; listeners: string }[]
    expect(rows.find(({ isrc }) => isrc === 'GBAYE6300012')).toMatchObject({ title: heard.title, listeners: '3' })
    const cues = await (await station.api(`/api/log/export?format=cuesheet&${period}`)).text()
    expect((parse(cues, { bom: true }) as string[][])[0]?.[0]).toBe('Cue')
    expect((await station.api('/api/log/export?format=csv&from=5')).status).toBe(400)
  })
})
