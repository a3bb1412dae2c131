import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type RunningStation, runStation, startStation, temporaryFolder, until } from '../helpers/station'

let station: RunningStation
beforeAll(async () => {
  station = await startStation({ args: ['--demo'] })
  await until(
    () => station.get('/api/tracks'),
    (tracks) => tracks.total === 6,
  )
})
afterAll(() => station.remove())

/** A request with headers that fetch would not let us set. */
const raw = (path: string, headers: Record<string, string>, method = 'GET') =>
  new Promise<number>((resolve, reject) => {
    const call = httpRequest(station.control + path, { method, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    call.on('error', reject)
    call.end()
  })

const failure = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { error: { code: string; message: string } }).error,
})

describe('who may call', () => {
  test('health needs no sign-in, everything else does', async () => {
    expect((await fetch(`${station.control}/health`)).status).toBe(200)
    for (const path of [
      '/api/playout',
      '/api/tracks',
      '/api/settings',
      '/api/auth/me',
      '/api/monitoring/logs',
      '/metrics',
      '/api/tracks/1/file',
    ]) {
      expect(await failure(await fetch(station.control + path)), path).toMatchObject({
        status: 401,
        code: 'unauthorised',
      })
    }
  })

  test('a wrong key is refused', async () => {
    const response = await fetch(`${station.control}/api/playout`, { headers: { authorization: 'Bearer wrong' } })
    expect(response.status).toBe(401)
  })

  test('a request from another site or to another name is refused, whatever key it carries', async () => {
    const authorization = { authorization: 'Bearer key-of-the-tests' }
    expect(await raw('/api/playout', { ...authorization, origin: 'https://evil.example' })).toBe(403)
    expect(await raw('/api/playout', { ...authorization, host: 'evil.example' })).toBe(403)
    expect(await raw('/api/playout', authorization)).toBe(200)
  })

  test('a WebSocket from another site, or without a key, is refused', async () => {
    const refusal = (headers: Record<string, string>) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${station.control.replace('http', 'ws')}/ws`, { headers })
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
        socket.on('error', () => {})
        socket.on('open', () => resolve(101))
      })
    expect(await refusal({})).toBe(401)
    expect(await refusal({ authorization: 'Bearer key-of-the-tests', origin: 'https://evil.example' })).toBe(403)
    expect(await refusal({ authorization: 'Bearer key-of-the-tests' })).toBe(101)
  })

  test('the one-time link makes the owner once; sign-in works from then on, and sign-out ends it', async () => {
    const token = new URLSearchParams(station.signIn.split('?')[1]).get('token')
    const post = (path: string, json: unknown, cookie = '') =>
      fetch(station.control + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie },
        body: JSON.stringify(json),
      })
    const setup = { token, name: 'Ines', password: 'correct horse battery' }
    expect((await post('/api/auth/setup', setup)).status).toBe(201)
    expect((await post('/api/auth/setup', setup)).status).toBe(401)
    expect((await post('/api/auth/sign-in', { name: 'Ines', password: 'wrong' })).status).toBe(401)
    const signedIn = await post('/api/auth/sign-in', { name: 'Ines', password: 'correct horse battery' })
    const setCookie = signedIn.headers.get('set-cookie') ?? ''
    expect(setCookie).toMatch(/HttpOnly/i)
    expect(setCookie).toMatch(/SameSite=Strict/i)
    const cookie = setCookie.split(';')[0] ?? ''
    const me = await fetch(`${station.control}/api/auth/me`, { headers: { cookie } })
    expect(await me.json()).toMatchObject({ name: 'Ines', role: 'owner', via: 'session' })
    await post('/api/auth/sign-out', {}, cookie)
    expect((await fetch(`${station.control}/api/auth/me`, { headers: { cookie } })).status).toBe(401)
  })

  test('guessing a password is slowed down', async () => {
    const guess = () =>
      fetch(`${station.control}/api/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Nobody', password: 'guess' }),
      })
    let last = await guess()
    for (let round = 0; round < 12 && last.status !== 429; round += 1) last = await guess()
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('a viewer’s key may look and not touch', async () => {
    const { key } = await station.send('POST', '/api/auth/keys', { name: 'wall display', role: 'viewer' })
    const headers = { authorization: `Bearer ${key}` }
    expect((await fetch(`${station.control}/api/playout`, { headers })).status).toBe(200)
    expect(
      await failure(await fetch(`${station.control}/api/playout/start`, { method: 'POST', headers })),
    ).toMatchObject({ status: 403, code: 'forbidden' })
  })

  test('pages carry a strict policy', async () => {
    const { headers } = await fetch(station.control)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe-eval')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('bad input', () => {
  test.each([
    ['a wrong type', 'POST', '/api/queue', { trackId: 'first' }, 400],
    ['an unknown field', 'PATCH', '/api/tracks/1', { titel: 'x' }, 400],
    ['a value out of range', 'PATCH', '/api/settings', { 'playout.crossfadeSeconds': 99 }, 400],
    ['an unknown setting', 'PATCH', '/api/settings', { 'playout.volume': 11 }, 400],
    ['an id that is no number', 'GET', '/api/tracks/abc', undefined, 400],
    ['an unknown track', 'GET', '/api/tracks/99999', undefined, 404],
    ['an unknown track in the queue', 'POST', '/api/queue', { trackId: 99_999 }, 404],
    ['an unknown queue item', 'DELETE', '/api/queue/99999', undefined, 404],
    ['a folder that is not there', 'POST', '/api/library/folders', { path: '/no/such/folder' }, 404],
    ['an unknown job', 'GET', '/api/library/jobs/none', undefined, 404],
    ['skipping while off air', 'POST', '/api/playout/skip', {}, 409],
    ['an unknown address', 'GET', '/api/nothing', undefined, 404],
  ])('%s is refused with a clear error', async (_what, method, path, json, status) => {
    const answer = await failure(await station.api(path, { method, json }))
    expect(answer.status).toBe(status)
    expect(answer.message.length).toBeGreaterThan(8)
  })

  test('a body that is no JSON is refused', async () => {
    const response = await station.api('/api/queue', {
      method: 'POST',
      body: '{"trackId":',
      headers: { 'content-type': 'application/json' },
    })
    expect(await failure(response)).toMatchObject({ status: 400, code: 'validation' })
  })

  test('a body of 100 MB is refused and the station plays on', async () => {
    const response = await station
      .api('/api/queue', {
        method: 'POST',
        body: Buffer.alloc(100_000_000, 32),
        headers: { 'content-type': 'application/json' },
      })
      .catch(() => null)
    if (response) expect(await failure(response)).toMatchObject({ status: 413, code: 'too_large' })
    expect((await station.api('/api/playout')).status).toBe(200)
  })

  test('a path that leaves the data folder finds nothing', async () => {
    for (const path of [
      '/../package.json',
      '/assets/../../package.json',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/api/tracks/..%2f..%2fetc/file',
    ]) {
      expect(await raw(path, { authorization: 'Bearer key-of-the-tests' })).toBeGreaterThanOrEqual(400)
    }
  })

  test('an upload that is no audio is refused and leaves nothing behind', async () => {
    const form = new FormData()
    form.append('file', new Blob(['this is not music']), 'song.mp3')
    const answer = await failure(await station.api('/api/tracks', { method: 'POST', body: form }))
    expect(answer).toMatchObject({ status: 422, code: 'unprocessable' })
    expect((await station.get('/api/tracks')).total).toBe(6)
  })

  test('settings are changed whole or not at all', async () => {
    const before = (await station.get('/api/settings')).find(({ key }: { key: string }) => key === 'station.name').value
    const response = await station.api('/api/settings', {
      method: 'PATCH',
      json: { 'station.name': 'Half', 'playout.targetLufs': 3 },
    })
    expect(response.status).toBe(400)
    const after = (await station.get('/api/settings')).find(({ key }: { key: string }) => key === 'station.name').value
    expect(after).toBe(before)
  })
})

describe('the whole surface', () => {
  test('is described, and browsable', async () => {
    const description = await station.get('/api/openapi.json')
    expect(description.openapi).toMatch(/^3\.1/)
    for (const path of [
      '/api/streaming/status',
      '/api/queue/order',
      '/api/destinations/{id}/retry',
      '/api/stream/telegram/config',
      '/api/tracks/{id}/file',
    ]) {
      expect(Object.keys(description.paths)).toContain(path)
    }
    expect((await fetch(`${station.control}/api/docs`)).status).toBe(200)
  })

  test('a track’s file is sent in ranges', async () => {
    const response = await station.api('/api/tracks/1/file', { headers: { range: 'bytes=0-99' } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toMatch(/^bytes 0-99\/\d+$/)
    expect((await response.arrayBuffer()).byteLength).toBe(100)
    expect((await station.api('/api/tracks/1/file', { headers: { range: 'bytes=999999999-' } })).status).toBe(416)
  })

  test('simple clients get plain JSON events with a sequence number', async () => {
    const socket = new WebSocket(`${station.control.replace('http', 'ws')}/ws?events=status,track,system`, {
      headers: { authorization: 'Bearer key-of-the-tests' },
    })
    const types = new Set<string>()
    let lastSeq = 0
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (text) => {
        const event = JSON.parse(String(text)) as { type: string; seq: number; at: number; data: unknown }
        expect(event.seq).toBe(lastSeq + 1)
        expect(Math.abs(event.at - Date.now())).toBeLessThan(5000)
        lastSeq = event.seq
        types.add(event.type)
        if (types.has('status') && types.has('track') && types.has('system')) resolve()
      })
    })
    socket.terminate()
  })
})

describe('starting and stopping', () => {
  test('a port in use is said in one sentence, with code 2', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const { port } = blocker.address() as { port: number }
    for (const flag of ['--port', '--listen-port']) {
      const other = flag === '--port' ? ['--listen-port', '0'] : ['--port', '0']
      const { code, stderr } = await runStation([
        '--data-dir',
        temporaryFolder('port'),
        flag,
        String(port),
        ...other,
        '--rtmp-port',
        '0',
      ])
      expect(code, stderr).toBe(2)
      expect(stderr.trim().split('\n')).toHaveLength(1)
      expect(stderr).toContain(String(port))
    }
    blocker.close()
  })

  test('a data folder that cannot be used is said in one sentence, with code 2', async () => {
    const folder = temporaryFolder('file')
    writeFileSync(join(folder, 'taken'), '')
    const { code, stderr } = await runStation(['--data-dir', join(folder, 'taken'), '--port', '0'])
    expect(code).toBe(2)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('a database of a newer version is left alone, with code 2', async () => {
    const folder = temporaryFolder('newer')
    const db = new DatabaseSync(join(folder, 'wavedesk.db'))
    db.exec('PRAGMA user_version = 9999')
    db.close()
    const { code, stderr } = await runStation([
      '--data-dir',
      folder,
      '--port',
      '0',
      '--listen-port',
      '0',
      '--rtmp-port',
      '0',
    ])
    expect(code).toBe(2)
    expect(stderr).toMatch(/newer/)
  })

  test('two stations never share a data folder', async () => {
    const { code, stderr } = await runStation(['--data-dir', station.dataDir, '--port', '0'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/already uses/)
  })

  test('a broken settings.json is kept aside, and the station runs with defaults and says so', async () => {
    const folder = temporaryFolder('broken')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'settings.json'), '{"station.name": "Half')
    const other = await startStation({ dataDir: folder })
    const kept = readdirSync(folder).find((name) => name.startsWith('settings.broken'))
    expect(readFileSync(join(folder, kept ?? ''), 'utf8')).toContain('Half')
    const incidents = await other.get('/api/monitoring/incidents')
    expect(incidents.map(({ code }: { code: string }) => code)).toContain('brokenSettings')
    expect(await other.stop()).toBe(0)
    await other.remove()
  })

  test('SIGTERM while on air closes cleanly within 5 seconds, with code 0', async () => {
    const other = await startStation({ args: ['--demo', '--on-air'] })
    const started = performance.now()
    expect(await other.stop('SIGTERM')).toBe(0)
    expect(performance.now() - started).toBeLessThan(5000)
    await other.remove()
  })
})
