import { expect, test } from 'vitest'
import { checkServerUrl, icecastUrl, spellingsOf, targetOf } from './target'

test('a stream key is handed on as it is, apart from the address, with one slash between them', () => {
  for (const serverUrl of ['rtmps://dc4-1.rtmp.t.me/s', 'rtmps://dc4-1.rtmp.t.me/s/']) {
    expect(targetOf('telegram', serverUrl, '/1:a/b?c')).toEqual({
      url: 'rtmps://dc4-1.rtmp.t.me/s/',
      options: ['-rtmp_playpath', '1:a/b?c'],
    })
  }
  const whole = 'rtmp://one.example/app/key'
  expect(targetOf('rtmp', whole, '')).toEqual({ url: whole, options: [] })
})

test('SRT calls, and takes its stream id and passphrase as they are', () => {
  const { url, options } = targetOf(
    'srt',
    'srt://one.example:9000?streamid=%23!::r=live,m=publish&latency=500',
    'p+s %41-long',
  )
  expect(url).toBe('srt://one.example:9000?latency=500&mode=caller&connect_timeout=4000&pkt_size=1316')
  expect(options).toEqual(['-srt_streamid', '#!::r=live,m=publish', '-passphrase', 'p+s %41-long', '-pbkeylen', '16'])
})

test('Icecast has its user or "source", its password in any spelling, and TLS where the address says so', () => {
  expect(targetOf('icecast', 'icecast://one.example:8000/a.mp3', 'p@:/ö')).toEqual({
    url: 'icecast://source:p%40%3A%2F%C3%B6@one.example:8000/a.mp3',
    options: [],
  })
  for (const scheme of ['https', 'icecasts']) {
    const { url, options } = targetOf('icecast', `${scheme}://dj@one.example/a`, 'pw')
    expect([url, options]).toEqual(['icecast://dj:pw@one.example/a', ['-tls', '1']])
    expect(icecastUrl(url, true).origin).toBe('https://one.example')
  }
})

test('addresses of every kind are kept as they are given, without the space around them', () => {
  for (const [kind, url] of [
    ['telegram', 'rtmps://dc4-1.rtmp.t.me/s/'],
    ['rtmp', 'rtmp://a.rtmp.youtube.com/live2'],
    ['rtmp', 'rtmps://live-api-s.facebook.com:443/rtmp/'],
    ['srt', 'srt://[2001:db8::1]:9000?latency=200'],
    ['icecast', 'icecasts://radio.example.org:8443/stream.mp3'],
  ] as const) {
    expect(checkServerUrl(kind, `  ${url}\n`)).toBe(url)
  }
})

test('every spelling in which a key is handed on is known, so that it can be hidden', () => {
  expect(spellingsOf('')).toEqual([])
  expect(spellingsOf('plain')).toEqual(['plain'])
  expect(spellingsOf('/a b')).toEqual(['/a b', 'a b', '%2Fa%20b'])
})
