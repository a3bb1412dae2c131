import type { CartPlaying } from '@contract/carts'
import { describe, expect, test } from 'vitest'
import { elapsedSeconds, noteName, noteOf, placesOf, remainingSeconds, slotOfKey } from './cart-rules'

const key = (name: string, change = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...change })

test('F1 to F12 are the places of the page, and belong to the browser with a modifier', () => {
  expect(slotOfKey(key('F1'))).toBe(1)
  expect(slotOfKey(key('F12'))).toBe(12)
  expect(slotOfKey(key('F13'))).toBeNull()
  expect(slotOfKey(key('F'))).toBeNull()
  expect(slotOfKey(key('F5', { ctrlKey: true }))).toBeNull()
})

test('a struck note is heard on every channel; letting it go is none', () => {
  expect(noteOf(new Uint8Array([0x90, 60, 100]))).toBe(60)
  expect(noteOf(new Uint8Array([0x9f, 36, 1]))).toBe(36)
  expect(noteOf(new Uint8Array([0x90, 60, 0]))).toBeNull()
  expect(noteOf(new Uint8Array([0x80, 60, 64]))).toBeNull()
  expect(noteOf(new Uint8Array([0xf8]))).toBeNull()
  expect(noteName(60)).toBe('C4')
  expect(noteName(0)).toBe('C-1')
})

test('a page has twelve places', () => {
  const places = placesOf({ id: 1, name: 'Idents', carts: [{ id: 7, slot: 3 }] as never })
  expect(places).toHaveLength(12)
  expect(places[2]?.id).toBe(7)
  expect(places.filter(Boolean)).toHaveLength(1)
})

describe('the time of a playing cart', () => {
  const play: CartPlaying = {
    playId: 1,
    cartId: 1,
    state: 'playing',
    waitingFor: null,
    label: '',
    loop: false,
    startedAt: 10_000,
    lengthSeconds: 4,
  }

  test('counts down to nothing', () => {
    expect(remainingSeconds(play, 11_000)).toBe(3)
    expect(remainingSeconds(play, 99_000)).toBe(0)
    expect(remainingSeconds({ ...play, lengthSeconds: null }, 11_000)).toBeNull()
  })

  test('begins again with each pass of a loop', () => {
    expect(elapsedSeconds({ ...play, loop: true }, 19_000)).toBe(1)
  })
})
