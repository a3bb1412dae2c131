import { describe, expect, test } from 'vitest'
import { isLocalOnly, obsFields } from './publish-address'

describe('the two fields of OBS', () => {
  test('server and stream key put together are the publish address', () => {
    expect(obsFields('rtmp://127.0.0.1:1935/live/wd_8f3k')).toEqual({
      server: 'rtmp://127.0.0.1:1935/live',
      streamKey: 'wd_8f3k',
    })
  })

  test('an address without a key is refused, not shown half', () => {
    expect(() => obsFields('rtmp://127.0.0.1:1935/live/')).toThrow(TypeError)
    expect(() => obsFields('rtmp://127')).toThrow(TypeError)
  })
})

describe('the hint that nobody else can connect', () => {
  test('is shown for this computer only', () => {
    expect(['127.0.0.1', 'localhost', '::1'].every(isLocalOnly)).toBe(true)
    expect(['0.0.0.0', '192.168.1.20', 'studio.example.org'].some(isLocalOnly)).toBe(false)
  })
})
