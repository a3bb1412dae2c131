import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningStation, startStation, until } from '../helpers/station'

let station: RunningStation
beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
})
afterAll(() => station?.remove())

interface Recorder {
  state: string
  newestAt: number
  spans: { from: number; to: number }[]
}
const recorder = (): Promise<Recorder> => station.get('/api/recordings')
const recorded = (seconds: number) =>
  until(recorder, ({ spans }) => {
    const span = spans.at(-1)
    return span !== undefined && span.to - span.from > seconds * 1000
  })
const keyOf = async (role: string): Promise<string> =>
  (await station.send('POST', '/api/auth/keys', { name: role, role })).key
const as = (key: string, path: string, method = 'GET', json?: unknown) =>
  fetch(station.control + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(json ? { 'content-type': 'application/json' } : {}) },
    ...(json ? { body: JSON.stringify(json) } : {}),
  })

describe('the recording, through its door', () => {
  test('grows while on air, and is heard in a moment from where one asks', async () => {
    const { spans } = await recorded(6)
    const from = (spans.at(-1)?.from ?? 0) + 2000
    const asked = performance.now()
    const answer = await station.api(`/api/recordings/listen?from=${from}&to=${from + 3000}`)
    const first = await answer.body?.getReader().read()
    expect(performance.now() - asked).toBeLessThan(1000)
    expect(answer.headers.get('content-type')).toBe('audio/aac')
    expect([first?.value?.[0], (first?.value?.[1] ?? 0) & 0xf6]).toEqual([0xff, 0xf0])
  })

  test('says what was heard, and a clip of it is a file that can be had in parts', async () => {
    const { spans } = await recorded(8)
    const span = spans.at(-1)
    const markers = await station.get(`/api/recordings/markers?from=${span?.from}&to=${span?.to}`)
    expect(markers.map(({ kind }: { kind: string }) => kind)).toContain('air')
    const from = (span?.from ?? 0) + 500
    const { id } = await station.send('POST', '/api/recordings/files', {
      from,
      to: from + 5000,
      format: 'mp3',
      title: 'Five',
    })
    const file = await until(
      () => station.get(`/api/recordings/files/${id}`),
      ({ state }) => state === 'done',
    )
    expect(file).toMatchObject({ seconds: 5, gapSeconds: 0, title: 'Five' })
    const part = await station.api(`/api/recordings/files/${id}/file?download`, { headers: { range: 'bytes=0-2' } })
    expect(part.status).toBe(206)
    expect(await part.text()).toBe('ID3')
    expect(part.headers.get('content-disposition')).toContain('attachment')
    await station.send('DELETE', `/api/recordings/files/${id}`)
    expect((await station.api(`/api/recordings/files/${id}/file`)).status).toBe(404)
  })

  test('viewers listen, presenters export, programmers delete; nobody gets at other files', async () => {
    const { newestAt } = await recorder()
    const listen = `/api/recordings/listen?from=${newestAt - 3000}`
    const order = { from: newestAt - 3000, to: newestAt - 1000, format: 'wav' }
    expect((await fetch(station.control + listen)).status).toBe(401)
    const viewer = await keyOf('viewer')
    const answer = await as(viewer, listen)
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
    expect((await as(viewer, '/api/recordings/files', 'POST', order)).status).toBe(403)
    const presenter = await keyOf('presenter')
    const made = await as(presenter, '/api/recordings/files', 'POST', order)
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: number }
    await until(
      () => station.get(`/api/recordings/files/${id}`),
      ({ state }) => state === 'done',
    )
    expect((await as(presenter, `/api/recordings/files/${id}`, 'DELETE')).status).toBe(403)
    for (const path of ['..%2F..%2Fsettings.json', '0', '1e3', '-1', '%2e%2e'])
      expect((await station.api(`/api/recordings/files/${path}/file`)).status).toBeGreaterThanOrEqual(400)
  })

  test.each([
    ['a range that ends before it begins', { from: 2000, to: 1000 }],
    ['more than a day', { from: 0, to: 25 * 3_600_000 }],
    ['a format nobody knows', { from: 0, to: 1000, format: 'exe' }],
    ['what is no time', { from: 'yesterday', to: 1000 }],
    ['what nobody asked for', { from: 0, to: 1000, path: '/etc/passwd' }],
  ])('refuses %s', async (_, order) => {
    expect((await station.api('/api/recordings/files', { method: 'POST', json: order })).status).toBe(400)
  })

  test('refuses times that are none, and says when nothing was recorded', async () => {
    for (const query of ['', '?from=abc', '?from=-5', '?from=1&to=x'])
      expect((await station.api(`/api/recordings/listen${query}`)).status).toBe(400)
    expect((await station.api('/api/recordings/listen?from=1000')).status).toBe(404)
    expect((await station.api('/api/recordings/timeline?from=5&to=1')).status).toBe(400)
  })
})

describe('after kill -9', () => {
  test('nothing but the last moment is missing, and a broken file in the folder is told', async () => {
    await recorded(8)
    const killedAt = Date.now()
    await station.stop('SIGKILL')
    writeFileSync(join(station.dataDir, 'recordings/program/broken.aac'), 'none')
    const [day] = (await recordingDays()) as [string]
    writeFileSync(join(station.dataDir, 'recordings/program', day, 'broken.aac'), 'no sound at all')
    const before = station
    station = await startStation({ dataDir: before.dataDir })
    const { spans } = await until(recorder, (found) => (found.spans.at(-1)?.from ?? 0) > killedAt)
    const last = spans.findLast(({ from }) => from < killedAt)
    expect(killedAt - (last?.to ?? 0)).toBeLessThan(2000)
    expect((last?.to ?? 0) - (last?.from ?? 0)).toBeGreaterThan(7000)
    const incidents = await station.get('/api/monitoring/incidents')
    expect(incidents.map(({ code }: { code: string }) => code)).toContain('recordingDamaged')
    // The marker of the track that was on air ends with the sound.
    const markers = await station.get(`/api/recordings/markers?from=${last?.from}&to=${(last?.to ?? 0) - 100}`)
    const open = markers.filter(({ endedAt }: { endedAt: number | null }) => endedAt === null)
    expect(open).toEqual([])
    const order = { from: (last?.to ?? 0) - 5000, to: last?.to, format: 'flac' }
    const { id } = await station.send('POST', '/api/recordings/files', order)
    const file = await until(
      () => station.get(`/api/recordings/files/${id}`),
      ({ state }) => state === 'done',
    )
    expect(file).toMatchObject({ seconds: 5, gapSeconds: 0 })
  })
})

async function recordingDays(): Promise<string[]> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(join(station.dataDir, 'recordings/program'))
  return names.filter((name) => /^\d{4}-\d\d-\d\d$/.test(name))
}
