// /stream.mp3, .aac, .opus, and the .pls and .m3u beside them.

import type { MountFormat } from '../encode/encoder-args'
import { type Exchange, hostOf, openToAll, reply, replyError } from '../http/exchange'
import { type MountStream, mountTypes } from './mount-stream'

const path = /^\/stream\.(mp3|aac|opus)(?:\.(pls|m3u))?$/

export interface MountContext {
  /** Undefined when the mount is switched off. */
  stream: (format: MountFormat) => MountStream | undefined
  onAir: () => boolean
  full: () => boolean
  station: () => { name: string; description: string }
  baseUrl: (host: string | null) => string
  /** The socket has become a listener. */
  joined: (format: MountFormat, exchange: Exchange) => void
}

/** @returns false when the path is none of a mount */
export function serveMount(exchange: Exchange, context: MountContext): boolean {
  const match = path.exec(exchange.path)
  if (!match) return false
  const format = match[1] as MountFormat
  const stream = context.stream(format)
  if (!stream) replyError(exchange, 404, 'not_found', `This station does not offer /stream.${format}.`)
  else if (match[2]) serveList(exchange, context, format, match[2])
  else if (!context.onAir()) {
    replyError(exchange, 503, 'unavailable', 'The station is off air.', { 'Retry-After': '10' })
  } else if (context.full()) {
    replyError(exchange, 503, 'unavailable', 'The station has as many listeners as it can serve.', {
      'Retry-After': '60',
    })
  } else serveStream(exchange, context, format, stream)
  return true
}

function serveStream(exchange: Exchange, context: MountContext, format: MountFormat, stream: MountStream): void {
  const { request, response } = exchange
  const { socket } = request
  const icy = request.headers['icy-metadata'] === '1'
  const { name, description } = context.station()
  const head = [
    `HTTP/${request.httpVersion === '1.0' ? '1.0' : '1.1'} 200 OK`,
    `Content-Type: ${mountTypes[format]}`,
    'Connection: close',
    `Date: ${new Date().toUTCString()}`,
    'Cache-Control: no-cache, no-store',
    'Accept-Ranges: none',
    'X-Content-Type-Options: nosniff',
    ...Object.entries(openToAll).map(([key, value]) => `${key}: ${value}`),
    `icy-name: ${headerText(name)}`,
    `icy-description: ${headerText(description)}`,
    'icy-pub: 0',
    `icy-br: ${stream.kbps}`,
    `ice-audio-info: ice-bitrate=${stream.kbps};ice-channels=2;ice-samplerate=48000`,
    `icy-url: ${context.baseUrl(hostOf(request))}/`,
    ...(icy ? [`icy-metaint: ${stream.mount.icyInterval}`] : []),
  ]
  // Written past `http`: its framing would cost every listener a copy of every buffer. UTF-8 as all Icecast clients expect.
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n`)
  if (request.method === 'HEAD') {
    socket.end(bytes)
    return
  }
  response.detachSocket(socket)
  socket.setTimeout(0)
  socket.setNoDelay(true)
  context.joined(format, exchange)
  socket.cork()
  socket.write(bytes)
  stream.mount.join(socket, icy)
  socket.uncork()
}

function serveList(exchange: Exchange, context: MountContext, format: MountFormat, kind: string): void {
  const url = `${context.baseUrl(hostOf(exchange.request))}/stream.${format}`
  const name = headerText(context.station().name)
  const [type, text] =
    kind === 'pls'
      ? ['audio/x-scpls', `[playlist]\nNumberOfEntries=1\nFile1=${url}\nTitle1=${name}\nLength1=-1\nVersion=2\n`]
      : ['audio/x-mpegurl; charset=utf-8', `#EXTM3U\n#EXTINF:-1,${name}\n${url}\n`]
  reply(exchange, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache', ...openToAll }, text)
}

const headerText = (text: string) => text.replaceAll(/\p{Cc}/gu, ' ').trim()
