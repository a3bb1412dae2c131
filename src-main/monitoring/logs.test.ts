import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { logLineSchema } from '@contract/monitoring'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { protectSecret } from '../processes'
import { createLog, type LogService, type LogServiceOptions } from './create-log'
import { forwardingLog, type LogLine } from './log'
import { openLogFile } from './log-file'

let folder: string
const opened: LogService[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-logs-'))
})

afterEach(async () => {
  for (const logs of opened.splice(0)) await logs.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(options: LogServiceOptions = {}): Promise<LogService> {
  const logs = await createLog({ folder, level: 'debug', ...options })
  opened.push(logs)
  return logs
}

const everything = () =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')

describe('reading', () => {
  test('lines come newest first with service, level and fields', async () => {
    const { log, read } = await open()
    log.info('The station starts.', { port: 6970 })
    log.child('outputs').child('hls').warn('An encoder ended.')
    const lines = await read()
    expect(lines).toMatchObject([
      { level: 'warn', service: 'outputs.hls', message: 'An encoder ended.', fields: {} },
      { level: 'info', service: 'station', message: 'The station starts.', fields: { port: 6970 } },
    ])
    for (const line of lines) expect(logLineSchema.parse(line)).toEqual(line)
    expect(Math.abs((lines[0]?.at ?? 0) - Date.now())).toBeLessThan(5000)
  })

  test('they are filtered by service, level, words, time and number', async () => {
    const { log, read } = await open()
    for (const name of ['outputs', 'outputs.hls', 'outputsider', 'live']) {
      log.child(name).debug('fine')
      log.child(name).error('Broken PIPE', { mount: 'mp3' })
    }
    const services = async (query: Parameters<typeof read>[0]) => (await read(query)).map((line) => line.service)
    expect(await services({ service: 'outputs', level: 'warn' })).toEqual(['outputs.hls', 'outputs'])
    expect(await services({ q: 'broken pipe', limit: 2 })).toEqual(['live', 'outputsider'])
    expect(await services({ q: 'mp3', service: 'live' })).toEqual(['live'])
    expect(await services({ since: Date.now() + 1000 })).toEqual([])
  })

  test('a line that a crash cut off, and lines longer than a piece of reading, do not hide the others', async () => {
    const first = await open()
    first.log.info('first')
    first.log.info('x'.repeat(300_000))
    await first.close()
    writeFileSync(join(folder, 'wavedesk.log'), '{"at":17,"level":"in', { flag: 'a' })
    const { log, read } = await open()
    log.info('last Ünïcödé 日本')
    const messages = (await read()).map((line) => line.message.slice(0, 20))
    expect(messages).toEqual(['last Ünïcödé 日本', 'x'.repeat(20), 'first'])
  })

  test('ten thousand lines are all found across files, in order', async () => {
    const { log, read } = await open({ maxFileBytes: 100_000, keepFiles: 100 })
    for (let count = 0; count < 10_000; count += 1) {
      log.info(`line ${count}`)
      if (count % 500 === 0) await read({ limit: 1 })
    }
    const lines = await read({ limit: 10_000 })
    expect(lines.map((line) => line.message)).toEqual(
      Array.from({ length: 10_000 }, (_, index) => `line ${9999 - index}`),
    )
    expect(readdirSync(folder).length).toBeGreaterThan(3)
  })
})

describe('levels', () => {
  test('lines below the level are not written, and it can be changed while running', async () => {
    const logs = await open({ level: 'warn' })
    logs.log.info('unseen')
    logs.setLevel('info')
    logs.log.child('x').info('seen')
    logs.setLevel('error')
    logs.log.warn('unseen')
    expect((await logs.read()).map((line) => line.message)).toEqual(['seen'])
  })

  test('a worker’s lines arrive with their service', async () => {
    const { writeForwarded, read } = await open()
    const posted: LogLine[] = []
    forwardingLog('playout', (line) => posted.push(structuredClone(line)))
      .child('deck')
      .warn('late', { ms: 3 })
    for (const line of posted) writeForwarded(line)
    expect(await read()).toMatchObject([{ service: 'playout.deck', level: 'warn', message: 'late', fields: { ms: 3 } }])
  })

  test('a terminal gets them in plain words', async () => {
    let text = ''
    const echo = new Writable({
      write(piece, _encoding, done) {
        text += piece
        done()
      },
    })
    const { log } = await open({ folder: undefined, echo })
    log.child('live').warn('A key was refused.', { address: '10.0.0.7' })
    expect(text).toMatch(/^\d{4}-.*Z warn {2}live: A key was refused\. \{"address":"10\.0\.0\.7"\}\n$/)
  })
})

describe('secrets', () => {
  test('never reach a file, whatever they hide in', async () => {
    const { log, read } = await open()
    protectSecret('known-secret-77')
    const cause = new Error('inner known-secret-77')
    log.error('Cannot open rtmps://dc4-1.rtmp.t.me/s/9:HushHush', {
      error: new Error('rtmp://a/b/HushHush failed', { cause }),
      streamKey: 'HushHush',
      nested: [{ config: { password: 'HushHush', apiKey: 'HushHush', deep: 'see known-secret-77' } }],
      authorization: 'Bearer HushHush',
      streamKeyHint: 'shown',
      bytes: Buffer.from('HushHush'),
    })
    await read()
    const text = everything()
    expect(text).toContain('Cannot open rtmps://dc4-1.rtmp.t.me/s/[hidden]')
    expect(text).toContain('"streamKeyHint":"shown"')
    expect(text).not.toMatch(/HushHush|known-secret-77|SHVza/)
  })

  test('fields that hold themselves are written as far as it makes sense', async () => {
    const { log, read } = await open()
    const round: Record<string, unknown> = { name: 'round', big: 12n }
    round['self'] = round
    log.info('circle', round)
    expect((await read())[0]?.fields).toMatchObject({ name: 'round', big: '12', self: { name: 'round' } })
  })
})

describe('the files', () => {
  test('a full one is put aside, and only as many as set are kept', async () => {
    const file = openLogFile({ folder, maxFileBytes: 1000, keepFiles: 3 })
    for (let count = 0; count < 60; count += 1) {
      file.write(`${String(count).padStart(2, '0')}${'x'.repeat(97)}\n`)
      await file.flush()
    }
    const names = readdirSync(folder).sort()
    expect(names).toHaveLength(4)
    for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1000)
    expect(everything()).toContain('59x')
    expect(statSync(join(folder, 'wavedesk.log')).mode & 0o777).toBe(0o600)
    await file.close()
  })

  test('a file of yesterday is put aside, and those past their days are removed', async () => {
    let now = Date.now()
    const old = join(folder, 'wavedesk-20200101-000000000.log')
    writeFileSync(old, 'old')
    utimesSync(old, 1_577_836_800, 1_577_836_800)
    writeFileSync(join(folder, 'notes.txt'), 'not ours')
    const file = openLogFile({ folder, now: () => now })
    file.write('first\n')
    await file.flush()
    now += 25 * 3_600_000
    file.write('second\n')
    await file.close()
    expect(readFileSync(join(folder, 'wavedesk.log'), 'utf8')).toBe('second\n')
    expect(existsSync(old)).toBe(false)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test.runIf(existsSync('/dev/full'))('a full disk costs lines, not the station, and is told once', async () => {
    const troubles: (string | null)[] = []
    symlinkSync('/dev/full', join(folder, 'wavedesk.log'))
    const file = openLogFile({
      folder,
      onTrouble: (error) => troubles.push(error && (error as NodeJS.ErrnoException).code!),
    })
    for (let count = 0; count < 3; count += 1) {
      file.write('lost\n')
      await file.flush()
    }
    expect(file.droppedLines).toBe(3)
    rmSync(join(folder, 'wavedesk.log'))
    file.write('kept\n')
    await file.close()
    expect(troubles).toEqual(['ENOSPC', null])
    expect(readFileSync(join(folder, 'wavedesk.log'), 'utf8')).toBe('kept\n')
  })

  test('a folder that cannot be made is told and costs nothing else', async () => {
    writeFileSync(join(folder, 'file'), '')
    const troubles: (Error | null)[] = []
    const file = openLogFile({ folder: join(folder, 'file/logs'), onTrouble: (error) => troubles.push(error) })
    file.write('lost\n')
    await file.flush()
    expect(troubles).toHaveLength(1)
    expect(await file.files()).toHaveLength(1)
    file.write('at the end\n')
    file.flushNow()
    rmSync(join(folder, 'file'))
    mkdirSync(join(folder, 'file/logs'), { recursive: true })
    file.write('kept\n')
    await file.close()
    expect(readFileSync(join(folder, 'file/logs/wavedesk.log'), 'utf8')).toBe('kept\n')
  })
})
