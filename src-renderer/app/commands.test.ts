import { describe, expect, it } from 'vitest'
import { commandOfKey, commands } from './commands'
import { parseRoute } from './router'

const key = (name: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  commandOfKey({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers })?.id

describe('keys of the desk', () => {
  it('F fades, S and the right arrow skip', () => {
    expect(key('f')).toBe('fade')
    expect(key('s')).toBe('skip')
    expect(key('ArrowRight')).toBe('skip')
  })

  it('Space and Enter do nothing to the program', () => {
    expect(key(' ')).toBeUndefined()
    expect(key('Enter')).toBeUndefined()
  })

  it('leaves the browser its own keys', () => {
    expect(key('f', { ctrlKey: true })).toBeUndefined()
    expect(key('s', { metaKey: true })).toBeUndefined()
  })

  it('no key belongs to two commands', () => {
    const keys = commands.flatMap((command) => command.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('addresses of screens', () => {
  it('an empty address is the desk', () => {
    expect(parseRoute('').path).toEqual(['on-air'])
    expect(parseRoute('#/').path).toEqual(['on-air'])
  })

  it('carries what comes after the screen and the question mark', () => {
    const route = parseRoute('#/setup?token=a%2Bb')
    expect(route.path).toEqual(['setup'])
    expect(route.query.get('token')).toBe('a+b')
    expect(parseRoute('#/playlists/12').path).toEqual(['playlists', '12'])
  })
})
