// An output as the studio sees it: what its encoder does, in words. Pure.
import type { Heard, Output } from '@contract/outputs'
import type { ProcessState } from '../processes'
import { hlsLadderKbps } from './encode/encoder-args'
import type { ListenerConfig, OutputName, OutputReport } from './listener/protocol'
import type { PushReport } from './pushes/push-order'

export const outputNames = ['hls', 'mp3', 'aac', 'opus'] as const satisfies readonly OutputName[]

const labels: Record<OutputName, string> = { hls: 'HLS', mp3: 'MP3 stream', aac: 'AAC stream', opus: 'Opus stream' }
export const outputPaths: Record<OutputName, string> = {
  hls: '/hls/live.m3u8',
  mp3: '/stream.mp3',
  aac: '/stream.aac',
  opus: '/stream.opus',
}

/** What the state of a process is called on the screen of outputs. */
export const outputState = (process: ProcessState): Output['state'] => states[process.state]

const states: Record<ProcessState['state'], Output['state']> = {
  stopped: 'off',
  starting: 'starting',
  ready: 'starting',
  running: 'running',
  backingOff: 'retrying',
  stalled: 'stalled',
  failed: 'failed',
}

export interface OutputFacts {
  config: ListenerConfig
  onAir: boolean
  report: OutputReport | undefined
  listeners: number
  baseUrl: string
  /** Since when an output without an encoder has been off. */
  offSince: number
  heard: Heard | null
}

export function outputView(id: OutputName, facts: OutputFacts): Output {
  const { config, onAir, report } = facts
  const enabled = id === 'hls' ? config.hls : config.mounts[id] !== null
  const state = enabled && report ? outputState(report.process) : 'off'
  return {
    id,
    label: labels[id],
    enabled,
    state,
    message: messageOf(state, enabled, onAir, report?.process),
    since: report?.process.since ?? facts.offSince,
    url: facts.baseUrl + outputPaths[id],
    kbps: id === 'hls' ? Math.max(...hlsLadderKbps) : (config.mounts[id]?.kbps ?? 0),
    listeners: facts.listeners,
    latencyMs: facts.heard?.latencyMs ?? report?.latencyMs ?? null,
    restarts: report?.process.restarts ?? 0,
    droppedBlocks: report?.droppedBlocks ?? 0,
    heard: state === 'off' ? null : facts.heard,
  }
}

function messageOf(
  state: Output['state'],
  enabled: boolean,
  onAir: boolean,
  process: ProcessState | undefined,
): string | null {
  if (!enabled) return 'Switched off in the settings.'
  if (state === 'off') return onAir ? null : 'Off air.'
  return state === 'running' || state === 'starting' ? null : (process?.lastError ?? null)
}

export interface FeedFacts {
  enabled: boolean
  kbps: number
  report: PushReport | undefined
  /** Null while the RTMP server does not run. */
  feed: { playUrl: string; players: number } | null
  onAir: boolean
  offSince: number
  heard: Heard | null
}

/** The program as the station's own RTMP server offers it. */
export function feedView({ enabled, kbps, report, feed, onAir, offSince, heard }: FeedFacts): Output {
  const state = enabled && feed && report ? outputState(report.process) : 'off'
  const why = !enabled ? 'Switched off in the settings.' : !feed ? 'The RTMP server does not run.' : 'Off air.'
  return {
    id: 'rtmp',
    label: 'RTMP',
    enabled,
    state,
    message:
      state === 'off'
        ? onAir && enabled && feed
          ? null
          : why
        : state === 'running' || state === 'starting'
          ? null
          : (report?.trouble ?? null),
    since: report?.process.since ?? offSince,
    url: feed?.playUrl ?? '',
    kbps,
    listeners: feed?.players ?? 0,
    latencyMs: heard?.latencyMs ?? null,
    restarts: report?.process.restarts ?? 0,
    droppedBlocks: report?.droppedBlocks ?? 0,
    heard: state === 'off' ? null : heard,
  }
}
