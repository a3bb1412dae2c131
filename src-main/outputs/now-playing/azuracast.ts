// Now playing in the shape of AzuraCast's /api/nowplaying/{station}, so that existing apps and widgets work. Pure.
import { createHash } from 'node:crypto'
import { type NowPlayingItem, type NowPlayingState, titleLine } from './state'

export interface StationFacts {
  name: string
  description: string
  timezone: string
  onAir: boolean
  /** Without a slash at its end. */
  baseUrl: string
  mounts: { format: string; kbps: number; listeners: number; latencyMs: number | null }[]
  hls: { listeners: number; latencyMs: number | null } | null
  listeners: { total: number; unique: number }
  /** What was playing at a moment: a listener hears what is behind by the latency. */
  stateAt: (epochMs: number) => NowPlayingState
  /** Address of an item's picture, below the base. */
  artPath: (item: NowPlayingItem | null) => string
}

export function nowPlayingDocument(
  state: NowPlayingState,
  facts: StationFacts,
  nowMs: number,
): Record<string, unknown> {
  const { onAir } = facts
  const current = onAir ? state.current : null
  return {
    station: stationOf(facts, nowMs),
    listeners: { total: facts.listeners.total, unique: facts.listeners.unique, current: facts.listeners.total },
    live: {
      is_live: onAir && state.live !== null,
      streamer_name: (onAir && state.live?.streamerName) || '',
      broadcast_start: onAir && state.live ? seconds(state.live.since) : null,
      art: null,
    },
    now_playing: current ? { ...played(current, facts), ...progress(current, nowMs) } : null,
    playing_next: state.next ? nextOf(state.next, facts, nowMs) : null,
    song_history: state.history.map((item) => played(item, facts)),
    is_online: onAir,
    cache: 'station',
  }
}

function stationOf(facts: StationFacts, nowMs: number): Record<string, unknown> {
  const { baseUrl, hls, mounts } = facts
  const listed = mounts.map((mount, index) => ({
    id: index + 1,
    name: `/stream.${mount.format} (${mount.kbps} kbit/s ${mount.format.toUpperCase()})`,
    url: `${baseUrl}/stream.${mount.format}`,
    bitrate: mount.kbps,
    format: mount.format,
    listeners: { total: mount.listeners, unique: mount.listeners, current: mount.listeners },
    path: `/stream.${mount.format}`,
    is_default: index === 0,
    latency_ms: mount.latencyMs,
    now_playing: heardOf(facts, mount.latencyMs, nowMs),
  }))
  const first = listed[0]
  return {
    id: 1,
    name: facts.name,
    shortcode: shortcodeOf(facts.name),
    description: facts.description,
    frontend: 'wavedesk',
    backend: 'wavedesk',
    timezone: facts.timezone,
    listen_url: first?.url ?? (hls ? `${baseUrl}/hls/live.m3u8` : ''),
    url: baseUrl,
    public_player_url: `${baseUrl}/`,
    playlist_pls_url: first ? `${first.url}.pls` : '',
    playlist_m3u_url: first ? `${first.url}.m3u` : '',
    is_public: true,
    requests_enabled: false,
    mounts: listed,
    remotes: [],
    hls_enabled: hls !== null,
    hls_is_default: first === undefined && hls !== null,
    hls_url: hls ? `${baseUrl}/hls/live.m3u8` : null,
    hls_listeners: hls?.listeners ?? 0,
    hls_latency_ms: hls?.latencyMs ?? null,
    hls_now_playing: hls && heardOf(facts, hls.latencyMs, nowMs),
  }
}

function played(item: NowPlayingItem, facts: StationFacts): Record<string, unknown> {
  return {
    sh_id: item.id,
    played_at: seconds(item.startedAt),
    played_at_ms: item.startedAt,
    duration: Math.round(item.durationSeconds),
    playlist: item.playlist,
    streamer: item.streamer,
    is_request: item.isRequest,
    song: songOf(item, facts),
  }
}

/** What a listener of an output hears now, with the times at which it was heard there. */
function heardOf(facts: StationFacts, latencyMs: number | null, nowMs: number): Record<string, unknown> | null {
  const behindMs = latencyMs ?? 0
  const { current } = facts.stateAt(nowMs - behindMs)
  if (!facts.onAir || !current) return null
  const { sh_id, duration, song } = played(current, facts)
  const heardAtMs = current.startedAt + behindMs
  return {
    ...{ sh_id, played_at: seconds(heardAtMs), played_at_ms: heardAtMs, duration },
    ...progress(current, nowMs - behindMs),
    song,
  }
}

function progress(item: NowPlayingItem, nowMs: number): { elapsed: number; remaining: number } {
  const whole = Math.round(item.durationSeconds)
  const passed = Math.max(0, Math.floor((nowMs - item.startedAt) / 1000))
  // A live source has no length; what has passed is still told.
  const elapsed = whole > 0 ? Math.min(whole, passed) : passed
  return { elapsed, remaining: Math.max(0, whole - elapsed) }
}

function nextOf(item: NowPlayingItem, facts: StationFacts, nowMs: number): Record<string, unknown> {
  return {
    cued_at: seconds(Math.min(nowMs, item.startedAt)),
    played_at: seconds(item.startedAt),
    played_at_ms: item.startedAt,
    duration: Math.round(item.durationSeconds),
    playlist: item.playlist,
    is_request: item.isRequest,
    song: songOf(item, facts),
  }
}

function songOf(item: NowPlayingItem, facts: StationFacts): Record<string, unknown> {
  const text = titleLine(item)
  return {
    id: createHash('md5').update(text.toLowerCase()).digest('hex'),
    text,
    artist: item.artist,
    title: item.title,
    album: item.album,
    genre: item.genre,
    isrc: item.isrc,
    lyrics: '',
    art: `${facts.baseUrl}${facts.artPath(item)}`,
    custom_fields: [],
  }
}

const seconds = (ms: number) => Math.floor(ms / 1000)

/** @returns lower-case letters, digits and underscores, as AzuraCast makes them */
export function shortcodeOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
  return plain.replaceAll(/^_+|_+$/g, '') || 'station'
}
