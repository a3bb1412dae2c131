// What the engine is told of the settings.
import type { SettingKey, SettingsReader } from '@contract/settings'
import type { EngineConfiguration } from './engine/protocol'

/** The settings `engineConfiguration` reads. */
export const engineSettings = [
  'playout.crossfadeSeconds',
  'playout.targetLufs',
  'playout.truePeakDbtp',
  'playout.processing',
  'playout.duckDb',
  'playout.duckAttackMs',
  'playout.duckHoldMs',
  'playout.duckReleaseMs',
  'playout.duckLinkDb',
  'playout.linkSeconds',
  'playout.pauseUnderTalkSeconds',
  'playout.deadAirDbfs',
  'playout.deadAirWarnSeconds',
  'playout.deadAirSeconds',
  'live.silenceSeconds',
  'live.fadeSeconds',
  'live.stallSeconds',
  'live.levelling',
] as const satisfies readonly SettingKey[]

export function engineConfiguration(settings: SettingsReader, fallbackPath: string | null): EngineConfiguration {
  return {
    crossfadeSeconds: settings.get('playout.crossfadeSeconds'),
    ducking: {
      depthDb: settings.get('playout.duckDb'),
      attackMs: settings.get('playout.duckAttackMs'),
      holdMs: settings.get('playout.duckHoldMs'),
      releaseMs: settings.get('playout.duckReleaseMs'),
    },
    talk: {
      linkDepthDb: settings.get('playout.duckLinkDb'),
      linkSeconds: settings.get('playout.linkSeconds'),
      pauseSeconds: settings.get('playout.pauseUnderTalkSeconds'),
    },
    deadAir: {
      belowDbfs: settings.get('playout.deadAirDbfs'),
      warnSeconds: settings.get('playout.deadAirWarnSeconds'),
      seconds: settings.get('playout.deadAirSeconds'),
      liveSeconds: settings.get('live.silenceSeconds'),
    },
    live: {
      fadeSeconds: settings.get('live.fadeSeconds'),
      stallSeconds: settings.get('live.stallSeconds'),
      levelling: settings.get('live.levelling'),
    },
    targetLufs: settings.get('playout.targetLufs'),
    processing: settings.get('playout.processing'),
    limiterCeilingDbtp: settings.get('playout.truePeakDbtp'),
    fallbackPath,
  }
}
