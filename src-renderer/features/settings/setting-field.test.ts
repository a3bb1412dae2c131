import { settingKeys, settings } from '@contract/settings'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { changedValues, fieldOf, parseField } from './setting-field'

const schemaOf = (key: (typeof settingKeys)[number]) =>
  z.toJSONSchema(settings[key].schema as z.ZodType, { io: 'input' }) as Record<string, unknown>
const field = (key: (typeof settingKeys)[number]) => fieldOf(schemaOf(key), key)

describe('the settings screen, made from the table of settings', () => {
  test('gives every setting a field that accepts its default unchanged', () => {
    for (const key of settingKeys) {
      expect(parseField(field(key), settings[key].default), key).toEqual({
        value: settings[key].default,
        problem: null,
      })
    }
  })

  test('what a field accepts at its bounds, the engine accepts, and what lies outside neither does', () => {
    for (const key of settingKeys) {
      const made = field(key)
      if (made.kind !== 'number') continue
      for (const bound of [made.least, made.most]) {
        if (bound === null) continue
        const outside = bound === made.least ? bound - 1 : bound + 1
        expect(parseField(made, bound).problem, key).toBeNull()
        expect(settings[key].schema.safeParse(bound).success, key).toBe(true)
        expect(parseField(made, outside).problem, key).not.toBeNull()
        expect(settings[key].schema.safeParse(outside).success, key).toBe(false)
      }
    }
  })

  test('bit rates are a choice, ports whole numbers, the second port may be empty', () => {
    expect(field('outputs.mp3.kbps')).toMatchObject({ kind: 'choice', options: expect.arrayContaining([128, 320]) })
    expect(parseField(field('network.listenPort'), '80.5').problem).toEqual({ code: 'notWhole' })
    expect(parseField(field('network.listenPort'), '').problem).toEqual({ code: 'required' })
    expect(parseField(field('network.socketPort'), '')).toEqual({ value: null, problem: null })
  })

  test('a station needs a name, its description may be empty and has room for several lines', () => {
    expect(parseField(field('station.name'), '   ').problem).toEqual({ code: 'required' })
    expect(field('station.description')).toMatchObject({ kind: 'text', long: true, required: false })
    expect(field('system.logDir')).toMatchObject({ kind: 'text', long: false })
    expect(field('network.publicUrl')).toMatchObject({ kind: 'text', required: false })
  })

  test('a number may be typed with a comma and the minus of the screen', () => {
    expect(parseField(field('playout.targetLufs'), '−16,5').value).toBe(-16.5)
    expect(parseField(field('playout.targetLufs'), 'loud').problem).toEqual({ code: 'notANumber' })
    expect(parseField(field('playout.targetLufs'), '-50').problem).toEqual({ code: 'range', least: -30, most: -8 })
  })

  test('only what differs from the values in force is sent', () => {
    const inForce = new Map<string, unknown>([
      ['station.name', 'Radio'],
      ['playout.targetLufs', -16],
    ])
    const edits = new Map<string, unknown>([
      ['station.name', 'Radio Example'],
      ['playout.targetLufs', -16],
    ])
    expect(changedValues(edits, inForce)).toEqual({ 'station.name': 'Radio Example' })
  })
})
