// Where a destination really sends: its address checked and put together with its key. Pure.
import { StationError } from '@contract/errors'
import type { Destination } from '@contract/outputs'

export type DestinationKind = Destination['kind']

const schemes: Record<DestinationKind, readonly string[]> = {
  telegram: ['rtmps:', 'rtmp:'],
  rtmp: ['rtmp:', 'rtmps:'],
  srt: ['srt:'],
  icecast: ['icecast:', 'http:', 'https:'],
}
const examples: Record<DestinationKind, string> = {
  telegram: 'rtmps://dc4-1.rtmp.t.me/s/',
  rtmp: 'rtmp://live.example.org/app',
  srt: 'srt://ingest.example.org:9000',
  icecast: 'icecast://radio.example.org:8000/stream',
}

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
  if (url.password !== '' || (url.username !== '' && kind !== 'icecast'))
    refuse('Put the key or password into its own field: it is kept encrypted there.')
  if (kind === 'srt' && url.port === '') refuse(`An SRT address has a port; ${example}.`)
  if (kind === 'icecast' && url.pathname.length < 2) refuse(`The mount is missing; ${example}.`)
  if ((kind === 'rtmp' || kind === 'telegram') && url.pathname.length < 2)
    refuse(`The part after the server is missing; ${example}.`)
  return trimmed
}

/** @throws StationError validation for a key that cannot be one of this kind */
export function checkStreamKey(kind: DestinationKind, key: string): void {
  if (/[\s\p{Cc}]/u.test(key)) throw new StationError('validation', 'streamKey: A key has no spaces or line breaks.')
  if (kind === 'srt' && key !== '' && (key.length < 10 || key.length > 79)) {
    throw new StationError('validation', 'streamKey: The passphrase of SRT has 10 to 79 characters.')
  }
}

const joinKey = (serverUrl: string, key: string) =>
  key === '' ? serverUrl : `${serverUrl.replace(/\/+$/, '')}/${key.replace(/^\/+/, '')}`

function srtUrl(serverUrl: string, key: string): string {
  const url = new URL(serverUrl)
  const give = (name: string, value: string) => {
    if (!url.searchParams.has(name)) url.searchParams.set(name, value)
  }
  give('mode', 'caller')
  // Milliseconds until a connection counts as failed.
  give('connect_timeout', '4000')
  give('pkt_size', '1316')
  if (key !== '') url.searchParams.set('passphrase', key)
  return url.href
}

/** `icecast://` and its plain forms `http(s)://` are one kind of server. */
export function icecastUrl(serverUrl: string): URL {
  return new URL(serverUrl.replace(/^icecast:/, 'http:'))
}

function icecastTarget(serverUrl: string, key: string): string {
  const url = icecastUrl(serverUrl)
  const user = url.username || 'source'
  return `icecast://${user}:${encodeURIComponent(key)}@${url.host}${url.pathname}${url.search}`
}

/** @returns the address ffmpeg is given, secrets included */
export function targetUrl(kind: DestinationKind, serverUrl: string, key: string): string {
  if (kind === 'srt') return srtUrl(serverUrl, key)
  if (kind === 'icecast') return icecastTarget(serverUrl, key)
  return joinKey(serverUrl, key)
}
