// Which path is answered by what.
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { MountFormat } from '../encode/encoder-args'
import { serveHls } from '../hls/hls-routes'
import type { HlsStream } from '../hls/hls-stream'
import { type Exchange, hostOf, openToAll, reply, replyError, replyJson } from '../http/exchange'
import type { PlayerFiles } from '../http/player-files'
import type { SharedLists } from '../http/shared-lists'
import { serveMount } from '../mounts/mount-routes'
import type { MountStream } from '../mounts/mount-stream'
import type { Artwork } from '../now-playing/artwork'
import { nowPlayingDocument } from '../now-playing/azuracast'
import { EventStream } from '../now-playing/event-stream'
import type { ProgramNotes } from '../now-playing/program-notes'
import type { Census } from './census'
import type { ListenerConfig } from './protocol'

export interface RoutesOptions {
  config: () => ListenerConfig
  onAir: () => boolean
  port: () => number
  mounts: ReadonlyMap<MountFormat, MountStream>
  hls: () => HlsStream | null
  census: Census
  notes: ProgramNotes
  artwork: Artwork
  files: PlayerFiles
  lists: SharedLists
  latencyMs: (id: MountFormat | 'hls') => number | null
  /** The station listens to itself. */
  isOwn: (request: IncomingMessage) => boolean
  /** The socket belongs to a mount from now on. */
  take: (socket: Socket) => void
}

const nowPlayingPath = /^\/api\/nowplaying(?:\/[^/]{1,200})?\/?$/
const artPath = /^\/art\/([A-Za-z0-9_-]{1,40})$/
/** How long a now-playing document is good: its counters move on by themselves. */
const documentMs = 250
const mostRememberedHosts = 50

export interface Routes {
  serve(exchange: Exchange): Promise<void>
  /** What is shown has changed: whoever listens for events is told. */
  announce(): void
  close(): void
}

export function createRoutes(options: RoutesOptions): Routes {
  const { artwork, census, config, files, hls, mounts, onAir } = options
  const baseUrl = (host: string | null) => {
    const { publicUrl, listen } = config()
    if (publicUrl !== '') return publicUrl.replace(/\/+$/, '')
    const own = listen.host.includes(':') ? `[${listen.host}]` : listen.host
    return `http://${host ?? `${own}:${options.port()}`}`
  }
  const documents = rememberBriefly((host) => JSON.stringify(nowPlaying(options, baseUrl(host))))
  const events = new EventStream((host) => documents.get(host))

  return {
    async serve(exchange) {
      const { path } = exchange
      const own = options.isOwn(exchange.request)
      if (path.startsWith('/hls/')) return serveHls(exchange, hls(), own ? null : census)
      const isMount = serveMount(exchange, {
        stream: (format) => mounts.get(format),
        onAir,
        full: () => !own && census.sockets + events.count >= config().maxListeners,
        station: () => config().station,
        baseUrl,
        joined: (format, { request }) => {
          options.take(request.socket)
          if (!own) census.add(format, request.socket, request)
        },
      })
      if (isMount) return
      if (path === '/api/nowplaying/sse') return serveEvents(exchange, events, config().maxListeners)
      if (nowPlayingPath.test(path)) return replyJson(exchange, 200, documents.get(hostOf(exchange.request)))
      const art = artPath.exec(path)
      if (art) return serveArt(exchange, artwork, art[1] as string)
      if (await options.lists.serve(exchange)) return
      if (await files.serve(exchange)) return
      replyError(exchange, 404, 'not_found', 'There is nothing at this address.')
    },
    announce() {
      documents.forget()
      events.publish()
    },
    close: () => events.close(),
  }
}

function nowPlaying(options: RoutesOptions, baseUrl: string): Record<string, unknown> {
  const { artwork, census, config, hls, latencyMs, mounts, notes, onAir } = options
  const { byOutput, total, unique } = census.figures()
  const stream = hls()
  return nowPlayingDocument(
    notes.state,
    {
      ...config().station,
      onAir: onAir(),
      baseUrl,
      listeners: { total, unique },
      mounts: [...mounts].map(([format, { kbps }]) => ({
        format,
        kbps,
        listeners: byOutput[format] ?? 0,
        latencyMs: latencyMs(format),
      })),
      hls: stream && { listeners: byOutput['hls'] ?? 0, latencyMs: latencyMs('hls') },
      artPath: (item) => artwork.path(item),
      stateAt: (epochMs) => notes.stateAt(epochMs),
    },
    Date.now(),
  )
}

function serveEvents(exchange: Exchange, events: EventStream, most: number): void {
  if (exchange.request.method === 'HEAD') reply(exchange, 200, { 'Content-Type': 'text/event-stream' }, '')
  else if (events.count < most) events.add(exchange, hostOf(exchange.request))
  else replyError(exchange, 503, 'unavailable', 'Too many pages follow the station.', { 'Retry-After': '60' })
}

async function serveArt(exchange: Exchange, artwork: Artwork, name: string): Promise<void> {
  const picture = await artwork.get(name)
  if (!picture) return replyError(exchange, 404, 'not_found', 'There is no such picture.')
  const headers = {
    'Content-Type': picture.type,
    'Cache-Control': 'public, max-age=3600',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    ...openToAll,
  }
  reply(exchange, 200, headers, picture.bytes)
}

/** Documents by host, made anew after a moment. */
function rememberBriefly(make: (host: string | null) => string) {
  const known = new Map<string | null, { madeMs: number; text: string }>()
  return {
    get(host: string | null): string {
      const nowMs = Date.now()
      const found = known.get(host)
      if (found && nowMs - found.madeMs < documentMs) return found.text
      if (known.size >= mostRememberedHosts) known.clear()
      const text = make(host)
      known.set(host, { madeMs: nowMs, text })
      return text
    },
    forget: () => known.clear(),
  }
}
