// Where a destination really sends: its address checked and put together with its key. Pure.
import { StationError } from '@contract/errors'
import type { Destination } from '@contract/outputs'

export type DestinationKind = Destination['kind']

const schemes: Record<DestinationKind, readonly string[]> = {
  telegram: ['rtmps:', 'rtmp:'],
  rtmp: ['rtmp:', 'rtmps:'],
  srt: ['srt:'],
  icecast: ['icecast:', 'icecasts:', 'http:', 'https:'],
}
const examples: Record<DestinationKind, string> = {
  telegram: 'rtmps://dc4-1.rtmp.t.me/s/',
  rtmp: 'rtmp://live.example.org/app',
  srt: 'srt://ingest.example.org:9000',
  icecast: 'icecast://radio.example.org:8000/stream',
}
const longestPath = 900

const refuse = (message: string): never => {
  throw new StationError('validation', `serverUrl: ${message}`)
}

/**
 * @returns the address as it is kept: without user, password and surrounding space
 * @throws StationError validation, with an example of what belongs there
 */
export function checkServerUrl(kind: DestinationKind, text: string): string {
  const trimmed = text.trim()
  const example = `for example ${examples[kind]}`
  if (/[\s\p{Cc}'"|\\<>]/u.test(trimmed)) refuse(`An address has no spaces or quotes; ${example}.`)
  let url: URL
  try {
    url = new URL(trimmed)
  } catch {
    return refuse(`This is no address; ${example}.`)
  }
  if (!schemes[kind].includes(url.protocol))
    refuse(`It begins with ${schemes[kind].map((scheme) => `${scheme}//`).join(' or ')}, ${example}.`)
  if (url.hostname === '') refuse(`The name of the server is missing; ${example}.`)
  if (url.password !== '' || (url.username !== '' && kind !== 'icecast') || url.searchParams.has('passphrase'))
    refuse('Put the key or password into its own field: it is kept encrypted there.')
  if (url.pathname.length + url.search.length > longestPath) refuse('The part after the server is too long.')
  if (kind === 'srt') checkSrt(url, example)
  else if (url.pathname.length < 2) {
    refuse(`${kind === 'icecast' ? 'The mount' : 'The part after the server'} is missing; ${example}.`)
  }
  return trimmed
}

function checkSrt(url: URL, example: string): void {
  if (url.port === '') refuse(`An SRT address has a port; ${example}.`)
  // Waiting for callers would open a port of this computer, and the push would run without an audience.
  if ((url.searchParams.get('mode') ?? 'caller') !== 'caller') refuse('The station calls: mode=caller is the only one.')
}

/** @throws StationError validation for a key that cannot be one of this kind */
export function checkStreamKey(kind: DestinationKind, key: string): void {
  if (/[\s\p{Cc}]/u.test(key)) throw new StationError('validation', 'streamKey: A key has no spaces or line breaks.')
  if (kind === 'srt' && key !== '' && (Buffer.byteLength(key) < 10 || Buffer.byteLength(key) > 79)) {
    throw new StationError('validation', 'streamKey: The passphrase of SRT has 10 to 79 characters.')
  }
}

/** What ffmpeg is given, secrets included. */
export interface Target {
  url: string
  /** Options of ffmpeg's protocol. */
  options: string[]
}

/** The key apart from the address: ffmpeg then neither cuts it at its slashes nor shows it in its messages. */
function rtmpTarget(serverUrl: string, key: string): Target {
  if (key === '') return { url: serverUrl, options: [] }
  return { url: `${serverUrl.replace(/\/+$/, '')}/`, options: ['-rtmp_playpath', key.replace(/^\/+/, '')] }
}

/** Passphrase and stream id as options, since ffmpeg takes them from an address without decoding it. */
function srtTarget(serverUrl: string, key: string): Target {
  const url = new URL(serverUrl)
  const give = (name: string, value: string) => {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value)
  }
  give('mode', 'caller')
  // Milliseconds until a connection counts as failed.
  give('connect_timeout', '4000')
  give('pkt_size', '1316')
  const streamId = url.searchParams.get('streamid')
  url.searchParams.delete('streamid')
  return {
    url: url.href,
    options: [
      ...(streamId === null ? [] : ['-srt_streamid', streamId]),
      ...(key === '' ? [] : ['-passphrase', key, '-pbkeylen', '16']),
    ],
  }
}

/** The address of an Icecast server as the web knows it; `icecasts://` and `https://` are encrypted. */
export function icecastUrl(address: string, secure = /^(icecasts|https):/.test(address)): URL {
  return new URL(address.replace(/^(icecasts?|https?):/, secure ? 'https:' : 'http:'))
}

function icecastTarget(serverUrl: string, key: string): Target {
  const url = icecastUrl(serverUrl)
  const user = url.username || 'source'
  return {
    url: `icecast://${user}:${encodeURIComponent(key)}@${url.host}${url.pathname}${url.search}`,
    options: url.protocol === 'https:' ? ['-tls', '1'] : [],
  }
}

export function targetOf(kind: DestinationKind, serverUrl: string, key: string): Target {
  if (kind === 'srt') return srtTarget(serverUrl, key)
  if (kind === 'icecast') return icecastTarget(serverUrl, key)
  return rtmpTarget(serverUrl, key)
}

/** @returns every spelling in which a key is handed on */
export function spellingsOf(key: string): string[] {
  return key === '' ? [] : [...new Set([key, key.replace(/^\/+/, ''), encodeURIComponent(key)])]
}
