import { describe, expect, test } from 'vitest'
import { addressProblem, splitPasted } from './stream-address'

describe('the address of a destination', () => {
  test('fits the kind of destination', () => {
    expect(addressProblem('telegram', 'rtmps://dc4-1.rtmp.t.me/s/')).toBeNull()
    expect(addressProblem('rtmp', 'rtmp://a.rtmp.youtube.com/live2')).toBeNull()
    expect(addressProblem('srt', 'srt://ingest.example.org:9000')).toBeNull()
    expect(addressProblem('icecast', 'icecast://radio.example.org:8000/main.mp3')).toBeNull()
    expect(addressProblem('telegram', 'https://t.me/mychannel')).toBe('scheme')
    expect(addressProblem('srt', 'rtmp://a.example/live')).toBe('scheme')
  })

  test('says what is missing', () => {
    expect(addressProblem('rtmp', '  ')).toBe('empty')
    expect(addressProblem('rtmp', 'a.rtmp.youtube.com')).toBe('notAnAddress')
    expect(addressProblem('icecast', 'icecast://radio.example.org:8000/')).toBe('noMount')
  })
})

describe('pasting the whole Telegram address into the server field', () => {
  test('splits it into server and key', () => {
    expect(splitPasted('telegram', ' rtmps://dc4-1.rtmp.t.me/s/2042161:Ab_c-9 ')).toEqual({
      serverUrl: 'rtmps://dc4-1.rtmp.t.me/s/',
      streamKey: '2042161:Ab_c-9',
    })
  })

  test('leaves an address without a key as it is', () => {
    expect(splitPasted('telegram', 'rtmps://dc4-1.rtmp.t.me/s/')).toEqual({
      serverUrl: 'rtmps://dc4-1.rtmp.t.me/s/',
      streamKey: null,
    })
    expect(splitPasted('rtmp', 'rtmp://x/live/abc').streamKey).toBeNull()
  })
})
