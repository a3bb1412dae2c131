import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { healthSchema, serviceSchema, systemSchema } from '@contract/monitoring'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSupervisor, runOnce } from '../processes'
import { openDatabase } from '../storage'
import { createLog, type LogService } from './create-log'
import { createMonitoring, type Monitoring } from './monitoring'

let folder: string
let logs: LogService
let monitoring: Monitoring
let db: ReturnType<typeof openDatabase>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-monitoring-'))
  const databasePath = join(folder, 'wavedesk.db')
  db = openDatabase(databasePath)
  logs = await createLog({ folder })
  monitoring = createMonitoring({
    ...{ db, logs, databasePath },
    events: { emit: () => {} },
    version: '1.2.3',
    dataDir: folder,
    backups: { list: async () => [], backupNow: async () => ({ fileName: 'x', at: 1, sizeBytes: 2 }) },
  })
})

afterEach(async () => {
  await monitoring.close()
  await logs.close()
  if (db.isOpen) db.close()
  rmSync(folder, { recursive: true, force: true })
})

const others = ['hls', 'mounts', 'rtmp', 'telegram'] as const

test('health is ok when all is well, degraded when a part is not, down without the playout or the database', () => {
  const { health } = monitoring
  expect(health.read()).toMatchObject({
    status: 'down',
    components: { playout: { status: 'down' }, database: { status: 'ok' } },
  })
  for (const name of others) health.probe(name, () => ({ status: 'ok' }))
  health.probe('playout', () => ({ status: 'ok', message: 'Off air.' }))
  expect(healthSchema.parse(health.read())).toMatchObject({ status: 'ok', version: '1.2.3' })
  health.probe('rtmp', () => ({ status: 'down', message: 'The port 1935 is taken.' }))
  expect(health.read()).toMatchObject({
    status: 'degraded',
    components: { rtmp: { message: 'The port 1935 is taken.' } },
  })
  health.probe('playout', () => {
    throw new Error('The engine does not answer.')
  })
  expect(health.read()).toMatchObject({
    status: 'down',
    components: { playout: { message: 'The engine does not answer.' } },
  })
  health.probe('playout', () => ({ status: 'ok' }))
  db.close()
  expect(health.read()).toMatchObject({ status: 'down', components: { database: { status: 'down' } } })
})

test('a disk that runs full makes the database degraded as long as it lasts', () => {
  for (const name of [...others, 'playout'] as const) monitoring.health.probe(name, () => ({ status: 'ok' }))
  monitoring.incidents.raise({
    area: 'storage',
    code: 'diskLow',
    severity: 'degraded',
    cause: 'The disk has 100 MB left.',
    effect: 'None yet.',
    recovery: { kind: 'operator', action: 'Free some space.' },
  })
  expect(monitoring.health.read()).toMatchObject({
    status: 'degraded',
    components: { database: { status: 'degraded', message: 'The disk has 100 MB left.' } },
  })
  monitoring.incidents.resolve('storage', 'diskLow')
  expect(monitoring.health.read().status).toBe('ok')
})

test.runIf(existsSync('/dev/full'))('a log that cannot be written is an incident until it can', async () => {
  await logs.flush()
  rmSync(join(folder, 'wavedesk.log'), { force: true })
  symlinkSync('/dev/full', join(folder, 'wavedesk.log'))
  logs.log.info('lost')
  await logs.flush()
  expect(monitoring.incidents.list()).toMatchObject([
    { area: 'storage', code: 'logUnwritable', cause: expect.stringContaining('ENOSPC') },
  ])
  rmSync(join(folder, 'wavedesk.log'))
  logs.log.info('kept')
  await logs.flush()
  expect(monitoring.incidents.list()).toEqual([])
})

test('a real process shows with its figures, its troubles and its end', async () => {
  const { services, system } = monitoring
  const before = system.read().memoryMb
  let heard: () => void = () => {}
  const until = async (fits: () => boolean | undefined) => {
    while (!fits()) await new Promise<void>((resolve) => (heard = resolve))
  }
  const supervisor = createSupervisor({
    name: 'push.1',
    job: 'push',
    command: process.execPath,
    args: () => [
      '-e',
      'const kept = Buffer.alloc(50e6, 1); process.stdin.resume().on("end", () => process.exit(kept[0]))',
    ],
    stallSeconds: null,
    backoffSeconds: [3600],
    onSpawn: () => {},
    onState(state) {
      services.process(state)
      heard()
    },
  })
  const row = () => services.list().find((service) => service.id === 'push.1')
  supervisor.start()
  await until(() => (row()?.memoryMb ?? 0) > 50)
  expect(serviceSchema.parse(row())).toMatchObject({ kind: 'process', state: 'running', pid: supervisor.state.pid })
  expect(system.read().memoryMb).toBeGreaterThan(before + 50)
  process.kill(row()?.pid ?? 0, 'SIGKILL')
  await until(() => row()?.state === 'backingOff')
  expect(row()).toMatchObject({ message: 'push.1 was ended by SIGKILL.', nextAttemptAt: expect.any(Number), pid: null })
  await supervisor.stop()
  expect(row()?.state).toBe('stopped')
  await supervisor.close()
  expect(row()).toBeUndefined()
})

test('a process that does one thing leaves the table when it is done, and stays for a while when it failed', async () => {
  const onState = monitoring.services.process
  const run = (name: string, script: string) =>
    runOnce({
      name,
      job: 'decoder',
      command: process.execPath,
      args: ['-e', script],
      stdio: ['ignore', 'ignore', 'pipe'],
      onState,
    })
  const children = [run('decoder.1', ''), run('decoder.2', 'process.exit(1)')]
  expect(monitoring.services.list().map((service) => service.id)).toEqual(['decoder.1', 'decoder.2'])
  await Promise.all(children.map((child) => child.done))
  expect(monitoring.services.list()).toMatchObject([{ id: 'decoder.2', state: 'failed' }])
})

test('a process that went with the thread that knew it leaves the table, one that lives stays', () => {
  vi.useFakeTimers()
  try {
    const { services } = monitoring
    const record = {
      job: 'decoder',
      state: 'running',
      since: 0,
      restarts: 0,
      lastError: null,
      nextAttemptAt: null,
    } as const
    const figures = { lasting: false, cpuPercent: 1, memoryMb: 40 }
    services.process({ ...record, ...figures, name: 'decoder gone.mp3', pid: 2 ** 31 - 1 })
    services.process({ ...record, ...figures, name: 'decoder here.mp3', pid: process.pid })
    vi.advanceTimersByTime(60_000)
    expect(services.list().map((service) => service.id)).toEqual(['decoder here.mp3'])
    expect(services.childFigures()).toMatchObject({ count: 1, memoryMb: 40 })
  } finally {
    vi.useRealTimers()
  }
})

test('a worker that is started again is counted', () => {
  const { services } = monitoring
  const worker = { id: 'live.worker', name: 'RTMP server', kind: 'worker' } as const
  for (const state of ['starting', 'running', 'failed', 'starting', 'running'] as const)
    services.report({ ...worker, state })
  expect(services.list()).toMatchObject([{ id: 'live.worker', state: 'running', restarts: 1 }])
})

test('the system view has every figure', () => {
  monitoring.system.note({
    ffmpeg: { path: '/usr/bin/ffmpeg', version: '7.1', message: null },
  })
  const system = systemSchema.parse(monitoring.system.read())
  expect(system).toMatchObject({ dataDir: folder, ffmpeg: { version: '7.1' }, version: '1.2.3' })
  expect(system.memoryMb).toBeGreaterThan(30)
  expect(system.diskFreeMb).toBeGreaterThan(1)
  expect(system.databaseMb).toBeGreaterThan(0)
})

test('the numbers are the same for Prometheus and as JSON', async () => {
  const { metrics } = monitoring
  let listeners: Record<string, number> = { mp3: 3, hls: 40 }
  metrics.addGauge({ name: 'wavedesk_listeners', help: 'Listeners.', label: 'mount', read: () => listeners })
  metrics.observeRequest('GET', 200, 12)
  metrics.observeRequest('BREW', 503, 700)
  monitoring.services.report({ id: 'playout', name: 'Playout', kind: 'room', state: 'running' })
  logs.log.warn('something')
  const { text, contentType } = await metrics.prometheus()
  expect(contentType).toContain('text/plain')
  expect(text).toContain('wavedesk_listeners{mount="hls"} 40')
  expect(text).toContain('wavedesk_http_request_duration_seconds_count{method="other",status="5xx"} 1')
  listeners = { mp3: 4 }
  const numbers = await metrics.numbers()
  expect(numbers).toMatchObject({
    'wavedesk_listeners{mount="mp3"}': 4,
    'wavedesk_http_request_duration_seconds_count{method="GET",status="2xx"}': 1,
    'wavedesk_services{state="running"}': 1,
    'wavedesk_log_lines{level="warn"}': 1,
    wavedesk_memory_megabytes: expect.any(Number),
  })
  expect(numbers).not.toHaveProperty(['wavedesk_listeners{mount="hls"}'])
})
