import { expect, test } from 'vitest'
import { pushTrouble } from './push-trouble'

/** As ffmpeg 5.1 and 7.1 say it. */
const said: [string[], string, RegExp][] = [
  [
    [
      '[tcp @ 0x5] Failed to resolve hostname x.invalid: Name or service not known',
      'rtmp://x.invalid/s/: Input/output error',
    ],
    'push.1 ended with code 1: rtmp://x.invalid/s/: Input/output error',
    /name of the server is not known/,
  ],
  [['rtmp://one/s/: Connection refused'], 'push.1 ended with code 1: x', /refuses the connection/],
  [['[rtmp @ 0x5] Cannot read RTMP handshake response', 'x: Connection timed out'], 'push.1 ended', /does not answer/],
  [['[http @ 0x5] HTTP error 401 Unauthorized', 'x: Server returned 401 Unauthorized'], 'push.1', /password/],
  [['[icecast @ 0x5] HTTP error 403 Forbidden'], 'push.1 ended', /mount is in use/],
  [['[rtmp @ 0x5] Server error: Stream already publishing'], 'push.1 ended', /check the key/],
  [['av_interleaved_write_frame(): Broken pipe'], 'push.1 ended', /closed the connection/],
  [['[tls @ 0x5] A TLS fatal alert has been received.'], 'push.1 ended', /encrypted/],
  [['anything'], 'push.1: no progress for 6 s.', /took nothing for 6 seconds/],
  [[], 'push.1 was ended by SIGKILL', /ended from outside/],
]

test('what ffmpeg says is put into words that tell what to do', () => {
  for (const [lines, end, words] of said) expect(pushTrouble(lines, end)).toMatch(words)
})

test('what is not known is told as it is, and no trouble is none', () => {
  expect(pushTrouble(['[x] something new'], 'push.1 ended with code 1: something new')).toBe(
    'push.1 ended with code 1: something new',
  )
  expect(pushTrouble(['rtmp://one/s/: Connection refused'], null)).toBeNull()
})
