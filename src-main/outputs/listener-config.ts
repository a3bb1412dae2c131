// What the listener plane serves, read from the settings.
import type { SettingKey, SettingsReader } from '@contract/settings'
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
    burstSeconds: settings.get('outputs.burstSeconds'),
    maxListeners: settings.get('outputs.maxListeners'),
  }
}
