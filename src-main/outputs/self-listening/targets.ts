// Which outputs the station listens to, and what it expects of each. Pure.
import type { SettingKey, SettingsReader } from '@contract/settings'
import type { ListenerConfig } from '../listener/protocol'
import type { Target } from './protocol'

export const listeningSettings = [
  'monitoring.selfListening',
  'playout.targetLufs',
  'outputs.hls.targetLufs',
  'outputs.mounts.targetLufs',
] as const satisfies readonly SettingKey[]

/** Beyond the burst: what encoders, batches and a busy computer may add. */
const slackMs = 8000
/** A player that follows the playlist from its beginning is not this far behind. */
const hlsMostMs = 14_000

export interface ListeningFacts {
  settings: Pick<SettingsReader, 'get'>
  config: ListenerConfig
  address: { host: string; port: number }
  /** Where to play the RTMP feed, key included; null while it is not offered. */
  feedUrl: string | null
  onAir: boolean
}

export function listeningTargets({ settings, config, address, feedUrl, onAir }: ListeningFacts): Target[] {
  if (!onAir || !settings.get('monitoring.selfListening')) return []
  const url = localUrl(address)
  const mountLevel = config.loudness.mounts
  const mostLatencyMs = config.burstSeconds * 1000 + slackMs
  const mounts = (['mp3', 'aac', 'opus'] as const).flatMap((id): Target[] =>
    config.mounts[id] ? [{ id, url, ...mountLevel, mostLatencyMs }] : [],
  )
  const hls: Target[] = config.hls ? [{ id: 'hls', url, ...config.loudness.hls, mostLatencyMs: hlsMostMs }] : []
  const rtmp: Target[] = feedUrl === null ? [] : [{ id: 'rtmp', url: feedUrl, ...mountLevel, mostLatencyMs: slackMs }]
  return [...mounts, ...hls, ...rtmp]
}

/** The listener plane as this computer reaches it, whatever address it is open on. */
function localUrl({ host, port }: { host: string; port: number }): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
