// /hls/…: playlists, initialisation segments, segments and parts, all from memory.

import { hlsLadderKbps } from '../encode/encoder-args'
import { acceptsGzip, type Exchange, openToAll, reply, replyError } from '../http/exchange'
import type { Census } from '../listener/census'
import type { HlsStream } from './hls-stream'

const playlistType = 'application/vnd.apple.mpegurl'
const playlistHeaders = {
  'Content-Type': playlistType,
  'Cache-Control': 'no-cache',
  Vary: 'Accept-Encoding',
  ...openToAll,
}
const mediaHeaders = { 'Content-Type': 'audio/mp4', 'Cache-Control': 'public, max-age=120, immutable', ...openToAll }
const initHeaders = { ...mediaHeaders, 'Cache-Control': 'public, max-age=3600' }
const file = /^\/hls\/(\d{2,3})\/(?:(live\.m3u8)|(init\.mp4)|(\d{1,15})(?:\.(\d{1,3}))?\.m4s)$/
const wholeNumber = /^\d{1,15}$/

/** @param hls null when HLS is switched off @param census null for the station itself, which is no listener */
export async function serveHls(exchange: Exchange, hls: HlsStream | null, census: Census | null): Promise<void> {
  const { path, query } = exchange
  if (!hls) return replyError(exchange, 404, 'not_found', 'This station does not offer HLS.')
  if (path === '/hls/live.m3u8') return serveMultivariant(exchange, hls, census)
  const match = file.exec(path)
  const variant = hlsLadderKbps.findIndex((kbps) => String(kbps) === match?.[1])
  if (!match || variant < 0) return notFound(exchange)
  if (match[2]) return servePlaylist(exchange, hls, census, variant, new URLSearchParams(query))
  if (match[3]) return serveMedia(exchange, hls.init(variant), initHeaders)
  const number = Number(match[4])
  const media = match[5] ? await hls.part(variant, number, Number(match[5])) : hls.segment(variant, number)
  serveMedia(exchange, media, mediaHeaders)
}

function serveMultivariant(exchange: Exchange, hls: HlsStream, census: Census | null): void {
  // Each player gets addresses of its own, so that players behind one address are told apart.
  const text = hls.multivariant(census ? `?session=${census.newSession()}` : '')
  if (text === null) offAir(exchange)
  else reply(exchange, 200, playlistHeaders, text)
}

async function servePlaylist(
  exchange: Exchange,
  hls: HlsStream,
  census: Census | null,
  variant: number,
  query: URLSearchParams,
): Promise<void> {
  const number = query.get('_HLS_msn')
  const part = query.get('_HLS_part')
  if (
    (part !== null && number === null) ||
    [number, part].some((value) => value !== null && !wholeNumber.test(value))
  ) {
    return replyError(
      exchange,
      400,
      'validation',
      '_HLS_msn and _HLS_part are whole numbers, and a part needs its segment.',
    )
  }
  const session = query.get('session')
  const wanted = number === null ? null : { number: Number(number), part: part === null ? null : Number(part) }
  const playlist = await hls.playlist(variant, wanted)
  if (playlist === 'bad') {
    return replyError(exchange, 400, 'validation', 'That segment is too far ahead.')
  }
  if (playlist === null) return offAir(exchange)
  if (census && exchange.request.method === 'GET') {
    census.seen(session && /^[\w-]{11}$/.test(session) ? session : null, exchange.request)
  }
  if (!acceptsGzip(exchange.request)) return reply(exchange, 200, playlistHeaders, playlist.text)
  reply(exchange, 200, { ...playlistHeaders, 'Content-Encoding': 'gzip' }, playlist.gzip())
}

function serveMedia(exchange: Exchange, bytes: Buffer | undefined, headers: Record<string, string>): void {
  if (bytes) reply(exchange, 200, headers, bytes)
  else notFound(exchange)
}

const notFound = (exchange: Exchange) => replyError(exchange, 404, 'not_found', 'There is no such segment.')
const offAir = (exchange: Exchange) =>
  replyError(exchange, 503, 'unavailable', 'The station is off air.', { 'Retry-After': '10' })
