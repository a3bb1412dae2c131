import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settings as table } from '@contract/settings'
import { settingViewSchema } from '@contract/station'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSettings } from './settings'
import { openSettingsFile, type SettingsStore, setBrokenSettingsAside } from './settings-file'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-settings-'))
  file = join(folder, 'settings.json')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (options: Partial<Parameters<typeof createSettings>[0]> = {}) =>
  createSettings({ store: openSettingsFile(folder), ...options })

const saved = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'))

describe('where a value comes from', () => {
  test('a flag beats the environment, which beats what was saved, which beats the default', () => {
    writeFileSync(file, JSON.stringify({ 'network.controlPort': 7001, 'station.name': 'Radio Kiosk' }))
    const environment = { PORT: '7002' }
    expect(open().get('network.controlPort')).toBe(7001)
    expect(open({ environment }).get('network.controlPort')).toBe(7002)
    const settings = open({ environment, flags: { port: '7003', 'data-dir': folder } })
    expect(settings.get('network.controlPort')).toBe(7003)
    expect(settings.get('station.name')).toBe('Radio Kiosk')
    expect(settings.get('network.listenPort')).toBe(8000)
    const sources = Object.fromEntries(settings.all().map((one) => [one.key, [one.source, one.locked]]))
    expect(sources).toMatchObject({
      'network.controlPort': ['flag', true],
      'station.name': ['saved', false],
      'network.listenPort': ['default', false],
    })
  })

  test('flags come as text or as they are', () => {
    const settings = open({ flags: { port: '0', host: '0.0.0.0', 'on-air': true, 'log-level': 'debug' } })
    expect(settings.get('network.controlPort')).toBe(0)
    expect(settings.get('network.controlHost')).toBe('0.0.0.0')
    expect(settings.get('station.onAirAtStart')).toBe(true)
    expect(settings.get('system.logLevel')).toBe('debug')
  })

  test.each([
    [{ port: 'eighty' }, {}, /^The flag --port does not fit \(eighty\)/],
    [{ port: '99999' }, {}, /^The flag --port/],
    [{ 'log-level': 'loud' }, {}, /^The flag --log-level/],
    [{}, { PORT: '-1' }, /^The environment variable PORT does not fit \(-1\)/],
  ])('a flag or variable that does not fit is said in one sentence: %o %o', (flags, environment, message) => {
    expect(() => open({ flags, environment })).toThrow(
      expect.objectContaining({ code: 'validation', message: expect.stringMatching(message) }),
    )
  })

  test('every setting describes itself for the settings screen', () => {
    const all = open().all()
    expect(all.map((one) => one.key)).toEqual(Object.keys(table))
    for (const one of all) expect(settingViewSchema.parse(one)).toBeTruthy()
    expect(all.find((one) => one.key === 'playout.crossfadeSeconds')?.schema).toMatchObject({ minimum: 0, maximum: 12 })
  })
})

describe('changing', () => {
  test('a change takes effect, is told to those concerned, and is there after the next start', async () => {
    const settings = open()
    const told: string[][] = []
    const off = settings.onChange(['station.name', 'playout.crossfadeSeconds'], (keys) => told.push(keys))
    expect(await settings.update({ 'station.name': '  Radio Kiosk ', 'playout.duckDb': -20 })).toEqual([
      'station.name',
      'playout.duckDb',
    ])
    expect(settings.get('station.name')).toBe('Radio Kiosk')
    await settings.update({ 'station.name': 'Radio Kiosk' })
    off()
    await settings.update({ 'station.name': 'Other' })
    expect(told).toEqual([['station.name']])
    expect(saved()).toEqual({ 'station.name': 'Other', 'playout.duckDb': -20 })
    expect(open().get('playout.duckDb')).toBe(-20)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('one wrong value, and nothing at all is changed', async () => {
    const settings = open()
    const told: string[] = []
    settings.onChange(['station.name'], (keys) => told.push(...keys))
    const change = settings.update({
      'station.name': 'New',
      'network.listenPort': 70_000,
      'no.such': 1,
      'station.timezone': 'Mars/Base',
    })
    await expect(change).rejects.toMatchObject({
      code: 'validation',
      details: {
        'network.listenPort': expect.any(String),
        'no.such': 'There is no such setting.',
        'station.timezone': expect.any(String),
      },
    })
    expect(settings.get('station.name')).toBe('Wavedesk Radio')
    expect(told).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    ['playout.duckDb', 3, 'It must be at most 0 dB.'],
    ['playout.deadAirSeconds', 1, 'It must be at least 2 s.'],
    ['network.controlPort', 80.5, 'It must be a whole number.'],
    ['network.socketPort', 'x', 'It must be a number.'],
    ['station.name', '   ', 'It must not be empty.'],
    ['station.name', 'x'.repeat(101), 'It may have at most 100 characters.'],
    ['station.name', null, 'It must be text.'],
    ['station.timezone', 'Mars/Base', 'Not a time zone of the IANA list.'],
    ['outputs.mp3.kbps', 100, 'It must be one of 32, 48, 64, 96, 128, 160, 192, 256, 320.'],
    ['live.rtmp.play', 'some', 'It must be one of everyone, local, nobody.'],
    ['network.publicUrl', 'radio.example', 'It must be an address that begins with http:// or https://.'],
    ['outputs.hls.enabled', 'yes', 'It must be yes or no.'],
  ])('%s set to %j is refused in plain words', async (key, value, words) => {
    await expect(open().update({ [key]: value })).rejects.toMatchObject({ details: { [key]: words } })
  })

  test('names of the language itself are no settings', async () => {
    const settings = open()
    for (const key of ['__proto__', 'constructor', 'toString']) {
      await expect(settings.update(JSON.parse(`{"${key}": 1}`))).rejects.toMatchObject({ code: 'validation' })
    }
  })

  test('what a flag sets cannot be changed, unless it stays what it is', async () => {
    const settings = open({ flags: { port: '7003' } })
    await expect(settings.update({ 'network.controlPort': 7004 })).rejects.toMatchObject({
      code: 'conflict',
      message: 'network.controlPort is set by the flag --port and cannot be changed here.',
    })
    expect(await settings.update({ 'network.controlPort': 7003, 'station.name': 'A' })).toEqual(['station.name'])
    expect(saved()).toEqual({ 'station.name': 'A' })
  })

  test('when it cannot be saved nothing is changed, and the reason is said', async () => {
    const store: SettingsStore = {
      read: () => ({}),
      write: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    }
    const settings = createSettings({ store })
    await expect(settings.update({ 'station.name': 'B' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no space left'),
    })
    expect(settings.get('station.name')).toBe('Wavedesk Radio')
  })

  test('changes at the same time do not undo each other', async () => {
    const settings = open()
    await Promise.all([
      settings.update({ 'station.name': 'One' }),
      settings.update({ 'station.description': 'Two' }),
      expect(settings.update({ 'station.name': '' })).rejects.toMatchObject({ code: 'validation' }),
      settings.update({ 'playout.duckDb': -9 }),
    ])
    expect(saved()).toEqual({ 'station.name': 'One', 'station.description': 'Two', 'playout.duckDb': -9 })
  })

  test('a listener that fails disturbs nobody', async () => {
    const errors: unknown[] = []
    const told: string[] = []
    const settings = open({ onListenerError: (error) => errors.push(error) })
    settings.onChange(['station.name'], () => {
      throw new Error('careless')
    })
    settings.onChange(['station.name'], () => told.push('second'))
    await settings.update({ 'station.name': 'C' })
    expect(told).toEqual(['second'])
    expect(errors).toHaveLength(1)
  })
})

describe('a broken settings.json', () => {
  test.each(['{"station.name": "half', '[1, 2]', '"text"', ''])(
    '%j is kept aside, and the station starts with defaults',
    (text) => {
      writeFileSync(file, text)
      const aside = setBrokenSettingsAside(folder)
      expect(aside?.keptAs).toMatch(/settings\.broken-\d{8}-\d{9}\.json$/)
      expect(readFileSync(aside?.keptAs ?? '', 'utf8')).toBe(text)
      expect(open().get('station.name')).toBe('Wavedesk Radio')
    },
  )

  test('a sound one, or none, stays where it is', () => {
    expect(setBrokenSettingsAside(folder)).toBeNull()
    writeFileSync(file, '{}')
    expect(setBrokenSettingsAside(folder)).toBeNull()
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })

  test('one broken by hand while the station runs is kept aside at the next change', async () => {
    const settings = open()
    await settings.update({ 'station.name': 'D' })
    writeFileSync(file, '{oops')
    await settings.update({ 'station.description': 'E' })
    expect(saved()).toEqual({ 'station.name': 'D', 'station.description': 'E' })
    expect(readdirSync(folder)).toHaveLength(2)
  })

  test('single values out of range are told and replaced by their defaults, the others and unknown ones stay', async () => {
    writeFileSync(file, JSON.stringify({ 'playout.duckDb': 99, 'station.name': 'F', 'of.a.later.version': true }))
    const settings = open()
    expect(settings.problems).toMatchObject([
      { key: 'playout.duckDb', value: 99, message: expect.stringContaining('default') },
    ])
    expect(settings.get('playout.duckDb')).toBe(-14)
    await settings.update({ 'station.description': 'G' })
    expect(saved()).toMatchObject({ 'station.name': 'F', 'of.a.later.version': true, 'station.description': 'G' })
  })

  test('whatever the file holds, every setting has a value that fits', () => {
    const values = fc.dictionary(fc.constantFrom(...Object.keys(table), 'other'), fc.jsonValue())
    fc.assert(
      fc.property(values, (found) => {
        const settings = createSettings({ store: { read: () => found, write: () => {} } })
        for (const [key, definition] of Object.entries(table)) {
          expect(definition.schema.safeParse(settings.get(key as keyof typeof table)).success).toBe(true)
        }
      }),
    )
  })
})
