// What the listener plane serves, read from the settings.
import type { SettingKey, SettingsReader } from '@contract/settings'
import { hlsLadderKbps, mountFormats, peakGrowthDb } from './encode/encoder-args'
import type { GroupSettings, LoudnessGroup } from './encode/loudness-groups'
import type { ListenerConfig } from './listener/protocol'

export const listenerSettings = [
  'station.name',
  'station.description',
  'station.timezone',
  'network.listenHost',
  'network.listenPort',
  'network.publicUrl',
  'outputs.hls.enabled',
  'outputs.mp3.enabled',
  'outputs.mp3.kbps',
  'outputs.aac.enabled',
  'outputs.aac.kbps',
  'outputs.opus.enabled',
  'outputs.opus.kbps',
  'outputs.burstSeconds',
  'outputs.mounts.targetLufs',
  'outputs.hls.targetLufs',
  'outputs.destinations.targetLufs',
  'playout.targetLufs',
  'playout.truePeakDbtp',
  'outputs.maxListeners',
] as const satisfies readonly SettingKey[]

export function listenerConfig(settings: Pick<SettingsReader, 'get'>): ListenerConfig {
  const mount = (format: 'mp3' | 'aac' | 'opus') =>
    settings.get(`outputs.${format}.enabled`) ? { kbps: settings.get(`outputs.${format}.kbps`) } : null
  return {
    station: {
      name: settings.get('station.name'),
      description: settings.get('station.description'),
      timezone: settings.get('station.timezone'),
    },
    publicUrl: settings.get('network.publicUrl'),
    listen: { host: settings.get('network.listenHost'), port: settings.get('network.listenPort') },
    hls: settings.get('outputs.hls.enabled'),
    mounts: { mp3: mount('mp3'), aac: mount('aac'), opus: mount('opus') },
    loudness: loudnessOf(settings),
    burstSeconds: settings.get('outputs.burstSeconds'),
    maxListeners: settings.get('outputs.maxListeners'),
  }
}

/** Destinations are many, and most of them AAC at 128 kbit/s; the low rates that can be chosen for them start at 64. */
const destinationGrowthDb = peakGrowthDb('aac', 64)

/**
 * @returns by how much a group's outputs differ from the program, and how far under the station's true peak the limiter keeps
 *   what their encoders are given, so that it is not above it when it is decoded
 */
function loudnessOf(settings: Pick<SettingsReader, 'get'>): GroupSettings {
  const growths: Record<LoudnessGroup, number[]> = {
    mounts: mountFormats.map((format) => peakGrowthDb(format, settings.get(`outputs.${format}.kbps`))),
    hls: hlsLadderKbps.map((kbps) => peakGrowthDb('aac', kbps)),
    destinations: [destinationGrowthDb],
  }
  const station = settings.get('playout.targetLufs')
  const stage = (group: LoudnessGroup) => ({
    gainDb: (settings.get(`outputs.${group}.targetLufs`) ?? station) - station,
    ceilingDbtp: settings.get('playout.truePeakDbtp') - Math.max(...growths[group]),
  })
  return { mounts: stage('mounts'), hls: stage('hls'), destinations: stage('destinations') }
}
