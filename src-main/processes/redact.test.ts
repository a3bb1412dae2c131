import { expect, test } from 'vitest'
import { protectSecret, redact } from './redact'

test.each([
  [
    'Error opening rtmps://dc4-1.rtmp.t.me/s/2034:AbCdEf: I/O error',
    'Error opening rtmps://dc4-1.rtmp.t.me/s/[hidden] I/O error',
  ],
  ['rtmp://a.example:1935/live/key-1?x=y', 'rtmp://a.example:1935/live/[hidden]'],
  ['[f=flv]rtmp://a/live2/abcd|other', '[f=flv]rtmp://a/live2/[hidden]|other'],
  ['icecast://source:hackme@radio.example:8000/live', 'icecast://[hidden]@radio.example:8000/live'],
  [
    'srt://h:9000?streamid=abc&passphrase=longsecret&mode=caller',
    'srt://h:9000?streamid=[hidden]&passphrase=[hidden]&mode=caller',
  ],
  ['authorization: Basic c291cmNlOmhhY2ttZQ==', 'authorization: Basic [hidden]'],
  ['Authorization: Bearer wd_0123456789abcdef', 'Authorization: Bearer [hidden]'],
])('%s is shown without its secret', (text, shown) => {
  expect(redact(text)).toBe(shown)
})

test('ordinary text stays as it is', () => {
  for (const text of [
    'https://radio.example/hls/live.m3u8',
    'monkey=banana',
    'Started rtmp://127.0.0.1:1935',
    'Basic settings',
  ]) {
    expect(redact(text)).toBe(text)
  }
})

test('a secret that was named is hidden wherever it turns up', () => {
  expect(redact('the word swordfish9 twice: swordfish9', ['swordfish9'])).toBe('the word [hidden] twice: [hidden]')
  protectSecret('correct horse')
  expect(redact('it is correct horse')).toBe('it is [hidden]')
  protectSecret('a')
  expect(redact('banana')).toBe('banana')
})
