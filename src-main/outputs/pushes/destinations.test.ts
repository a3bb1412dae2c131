import type { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Incidents, silentLog } from '../../monitoring'
import type { ProcessState } from '../../processes'
import { createSecrets, openMemoryDatabase, type SecretCipher } from '../../storage'
import { Destinations } from './destinations'
import type { PushOrder, PushReport } from './push-order'

const plainCipher: SecretCipher = { seal: (text) => Buffer.from(text), open: (bytes) => String(Buffer.from(bytes)) }
const key = '1234:abc_DEF-x?y'
const telegramUrl = 'rtmps://dc4-1.rtmp.t.me/s/'

let db: DatabaseSync
let onAir: boolean
let nowMs: number
let orders: PushOrder[]
let orderCount: number
let retried: string[]
let incidents: string[]
let told: string[]
let room: Destinations

function open(cipher = plainCipher): Destinations {
  const log = (message: string, fields?: unknown) => void told.push(`${message} ${JSON.stringify(fields)}`)
  return new Destinations({
    ...{ db, secrets: createSecrets(db, cipher), onAir: () => onAir, now: () => nowMs, changed: () => {} },
    log: { ...silentLog, error: log, warn: log, info: log },
    incidents: {
      raise: (report: Parameters<Incidents['raise']>[0]) => {
        incidents.push(`${report.cause}`)
        told.push(JSON.stringify(report))
      },
      resolve: (_area, code, subject) => void incidents.push(`resolved ${code} ${subject}`),
    },
    order: (wanted) => {
      orders = wanted
      orderCount += 1
    },
    retry: (id) => void retried.push(id),
  })
}

function report(state: ProcessState['state'], changes: Partial<PushReport> = {}): PushReport {
  const process: ProcessState = {
    ...{ name: 'push.1', job: 'push', pid: 1, state, since: 0, restarts: 0, lastError: null, nextAttemptAt: null },
    ...{ lasting: true, cpuPercent: null, memoryMb: null },
  }
  const figures = { attempts: 0, stalled: false, trouble: null, sentSeconds: 0, droppedBlocks: 0 }
  return { id: 'push.1', process, ...figures, ...changes }
}

const add = (changes: object = {}) =>
  room.operations.destinations.create({ name: 'One', kind: 'rtmp', serverUrl: 'rtmp://one.example/app', ...changes })
const show = async () => (await room.operations.destinations.list(undefined))[0]

beforeEach(() => {
  db = openMemoryDatabase()
  onAir = true
  nowMs = 1_000_000
  orders = []
  orderCount = 0
  retried = []
  incidents = []
  told = []
  room = open()
})

describe('a destination', () => {
  test('is made, started, and ordered with its key apart from its address', async () => {
    const made = await add({ streamKey: key, video: { enabled: true, size: '640x360' } })
    expect(made).toMatchObject({
      state: 'off',
      wanted: false,
      streamKeyHint: '-x?y',
      serverUrl: 'rtmp://one.example/app',
    })
    expect(orders).toEqual([])
    expect(await room.operations.destinations.start({ id: made.id })).toMatchObject({ state: 'starting', wanted: true })
    expect(orders).toMatchObject([
      {
        id: `push.${made.id}`,
        url: 'rtmp://one.example/app/',
        options: ['-rtmp_playpath', key],
        video: { width: 640 },
      },
    ])
    await room.operations.destinations.stop({ id: made.id })
    expect(orders).toEqual([])
  })

  test('never shows its key: not in answers, history, incidents or the log', async () => {
    const { id } = await add({ streamKey: key })
    await room.operations.destinations.start({ id })
    room.hear([report('backingOff', { trouble: 'The server refuses the connection.' })])
    const said = JSON.stringify([
      ...(await room.operations.destinations.list(undefined)),
      ...(await room.operations.destinations.history({ id })),
      await room.operations.telegram.getConfig(undefined),
      ...[...incidents, ...told],
      db.prepare('SELECT * FROM destinations').all(),
    ])
    expect(said).toContain('refuses')
    expect(said).not.toContain('abc_DEF')
  })

  test('that was on is on again after a restart of the station, and one that was off is not', async () => {
    const { id } = await add({ streamKey: key })
    await add({ name: 'Two', serverUrl: 'rtmp://two.example/app' })
    await room.operations.destinations.start({ id })
    room = open()
    await room.start()
    expect(orders.map((order) => order.id)).toEqual(['push.1'])
    expect(orders[0]?.options).toEqual(['-rtmp_playpath', key])
  })

  test('waits off air and says so', async () => {
    const { id } = await add()
    onAir = false
    const waiting = await room.operations.destinations.start({ id })
    expect(waiting).toMatchObject({ state: 'off', wanted: true, message: 'Waits for the station to go on air.' })
    onAir = true
    room.hear([report('running', { sentSeconds: 3 })])
    expect(await show()).toMatchObject({ state: 'running', message: null, sentSeconds: 3 })
  })

  test('tells since when its state holds, and how often it has tried', async () => {
    await add()
    await room.operations.destinations.start({ id: 1 })
    nowMs = 2_000_000
    room.hear([report('running')])
    nowMs = 3_000_000
    room.hear([report('running')])
    expect(await show()).toMatchObject({ state: 'running', since: 2_000_000, attempts: 0 })
    room.hear([report('backingOff', { attempts: 3, trouble: 'Gone.' })])
    expect(await show()).toMatchObject({ state: 'retrying', since: 3_000_000, attempts: 3, message: 'Gone.' })
    room.hear([report('running', { stalled: true })])
    expect(await show()).toMatchObject({ state: 'stalled', message: 'The server takes nothing of what it is sent.' })
  })

  test('keeps a night of failed attempts as one entry of its history, and one incident that ends with it', async () => {
    const { id } = await add()
    await room.operations.destinations.start({ id })
    room.hear([report('running')])
    for (let attempt = 1; attempt < 500; attempt += 1) {
      room.hear([report('backingOff', { attempts: attempt, trouble: 'Gone.' })])
      room.hear([report('starting', { attempts: attempt })])
    }
    incidents = []
    room.hear([report('running')])
    const history = await room.operations.destinations.history({ id })
    expect(history.map(({ state }) => state)).toEqual(['running', 'retrying', 'running', 'starting'])
    expect(incidents).toEqual(['resolved pushDown 1'])
    for (let flap = 0; flap < 300; flap += 1) {
      room.hear([report('backingOff', { trouble: `Reason ${flap}.` })])
      room.hear([report('running')])
    }
    expect((await room.operations.destinations.history({ id })).length).toBe(200)
  })

  test('is read from the database once, not with every report', async () => {
    await add()
    let reads = 0
    const prepare = db.prepare.bind(db)
    db.prepare = (sql: string) => {
      const statement = prepare(sql)
      const all = statement.all.bind(statement) as () => ReturnType<typeof statement.all>
      statement.all = () => {
        reads += 1
        return all()
      }
      return statement
    }
    room = open()
    for (let second = 0; second < 10; second += 1) room.hear([])
    expect(reads).toBe(1)
  })

  test('"retry now" reaches the push, and starts one that is off', async () => {
    await add()
    await room.operations.destinations.retry({ id: 1 })
    expect(orders.length).toBe(1)
    await room.operations.destinations.retry({ id: 1 })
    expect(retried).toEqual(['push.1'])
  })

  test('a change of name alone changes nothing of what is sent', async () => {
    const { id } = await add({ streamKey: key })
    await room.operations.destinations.start({ id })
    const before = structuredClone(orders)
    await room.operations.destinations.update({ id, name: 'Renamed', format: 'opus' })
    expect(orders).toEqual(before)
    await room.operations.destinations.update({ id, video: { enabled: true } })
    expect(orders[0]?.video).toMatchObject({ width: 1280, height: 720, framesPerSecond: 5 })
    expect(orders[0]?.options).toEqual(before[0]?.options)
  })

  test('that is removed while it runs is ordered no more, and its key and incident are gone', async () => {
    const { id } = await add({ streamKey: key })
    await room.operations.destinations.start({ id })
    room.hear([report('backingOff', { trouble: 'Gone.' })])
    await room.operations.destinations.remove({ id })
    expect(orders).toEqual([])
    expect(incidents.at(-1)).toBe('resolved pushDown 1')
    expect(db.prepare('SELECT count(*) AS n FROM secrets').get()?.['n']).toBe(0)
    expect(db.prepare('SELECT count(*) AS n FROM destination_history').get()?.['n']).toBe(0)
    await expect(async () => room.operations.destinations.get({ id })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('whose key cannot be opened any more says so and runs again once it is entered', async () => {
    const { id } = await add({ streamKey: key })
    await room.operations.destinations.start({ id })
    room = open({
      ...plainCipher,
      open: () => {
        throw new Error('wrong key')
      },
    })
    await room.start()
    expect(orders).toEqual([])
    expect(await show()).toMatchObject({ state: 'failed', message: expect.stringContaining('enter it again') })
    expect(incidents.at(-1)).toContain('One is not reached. Its key cannot be opened')
    await expect(async () => room.operations.destinations.start({ id })).rejects.toMatchObject({ code: 'conflict' })
    await room.operations.destinations.update({ id, streamKey: 'anotherKey123' })
    expect(orders).toMatchObject([{ options: ['-rtmp_playpath', 'anotherKey123'] }])
    room.hear([report('running')])
    expect(incidents.at(-1)).toBe('resolved pushDown 1')
  })
})

describe('what is refused, with a sentence', () => {
  const refused = (changes: object, code: string, words: RegExp) =>
    expect(async () => add(changes)).rejects.toMatchObject({ code, message: expect.stringMatching(words) })

  test('addresses that cannot be', async () => {
    await refused({ serverUrl: 'http://one.example/app' }, 'validation', /begins with rtmp:\/\//)
    await refused({ serverUrl: 'rtmp://one.example' }, 'validation', /part after the server/)
    await refused({ serverUrl: 'rtmp://user:secret@one.example/app' }, 'validation', /own field/)
    await refused({ kind: 'srt', serverUrl: 'srt://one.example' }, 'validation', /has a port/)
    await refused({ kind: 'srt', serverUrl: 'srt://one.example:9?passphrase=abcdefghijk' }, 'validation', /own field/)
    await refused({ kind: 'srt', serverUrl: 'srt://0.0.0.0:9?mode=listener' }, 'validation', /caller/)
    await refused({ kind: 'icecast', serverUrl: 'icecast://one.example:8000' }, 'validation', /mount/)
    await refused({ serverUrl: "rtmp://one.example/app' -f x" }, 'validation', /spaces or quotes/)
  })

  test('keys that cannot be', async () => {
    await refused({ streamKey: 'a b' }, 'validation', /no spaces/)
    await refused({ kind: 'srt', serverUrl: 'srt://one.example:9', streamKey: 'short' }, 'validation', /10 to 79/)
    await add({ kind: 'icecast', serverUrl: 'icecast://one.example:8000/x' })
    await expect(async () => room.operations.destinations.start({ id: 1 })).rejects.toMatchObject({ code: 'conflict' })
  })

  test('a second one with the same name, or the same server and key', async () => {
    await add({ streamKey: key })
    await refused({ name: 'ONE', streamKey: 'other' }, 'conflict', /named One already/)
    await refused({ name: 'Two', streamKey: key }, 'conflict', /One sends there with the same key/)
    await add({ name: 'Two', streamKey: 'another' })
    await expect(room.operations.destinations.update({ id: 2, streamKey: key })).rejects.toMatchObject({
      code: 'conflict',
    })
  })

  test('more than twenty', async () => {
    for (let number = 1; number <= 20; number += 1) {
      await add({ name: `D${number}`, serverUrl: `rtmp://one.example/app${number}` })
    }
    await refused({ name: 'D21', serverUrl: 'rtmp://one.example/app21' }, 'conflict', /20 destinations/)
  })
})

describe('Telegram', () => {
  test('is not started before it is set up, and says what to do', async () => {
    await expect(async () => room.operations.telegram.start(undefined)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('give its server URL and stream key'),
    })
    await room.operations.telegram.setConfig({ serverUrl: telegramUrl })
    await expect(async () => room.operations.telegram.start(undefined)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('keeps its key when only the rest is changed, and reading gives its last four characters', async () => {
    await room.operations.telegram.setConfig({ serverUrl: telegramUrl, streamKey: key })
    const config = await room.operations.telegram.setConfig({ video: { size: '640x360' }, audioBitrateKbps: 96 })
    expect(config).toEqual({
      ...{ serverUrl: telegramUrl, streamKeyHint: '-x?y', audioBitrateKbps: 96 },
      video: { enabled: true, size: '640x360', framesPerSecond: 5, kbps: 600 },
    })
    await room.operations.telegram.start(undefined)
    expect(orders).toMatchObject([{ kind: 'rtmp', url: telegramUrl, options: ['-rtmp_playpath', key] }])
  })

  test('restart ends the push and orders it anew', async () => {
    await room.operations.telegram.setConfig({ serverUrl: telegramUrl, streamKey: key })
    await room.operations.telegram.start(undefined)
    const before = orderCount
    expect(await room.operations.telegram.restart(undefined)).toMatchObject({ wanted: true, state: 'starting' })
    expect(orderCount).toBe(before + 2)
    expect(orders.length).toBe(1)
    expect(await room.operations.telegram.stop(undefined)).toMatchObject({ wanted: false, state: 'off' })
  })

  test('takes a free name where another destination is called so', async () => {
    await add({ name: 'Telegram' })
    await room.operations.telegram.setConfig({ serverUrl: telegramUrl, streamKey: key })
    expect(room.list().map(({ name }) => name)).toEqual(['Telegram', 'Telegram 2'])
  })
})

test('a push that is down is told while the disk is full and its history cannot be written', async () => {
  await add()
  await room.operations.destinations.start({ id: 1 })
  room.hear([report('running')])
  db.exec('PRAGMA query_only = ON')
  room.hear([report('backingOff', { trouble: 'The server does not answer.' })])
  expect(incidents).toContain('One is not reached. The server does not answer.')
  expect((await show())?.state).toBe('retrying')
})
