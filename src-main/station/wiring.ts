// Connects rooms that do not know each other: the program to what listeners are told, and every room to monitoring.
import { cartReason } from '@contract/carts'
import { settingKeys } from '@contract/settings'
import type { BuiltRooms } from './build-rooms'
import type { Closers } from './closers'
import type { Foundation } from './foundation'
import { nowPlaying } from './now-playing'

const historyLength = 10
const historyLooked = 100

/** Titles switch at the frame at which the engine began the item, on every output. */
function tellListeners(
  { events, settings }: Foundation,
  { engine, library, outputs, playout }: BuiltRooms,
): () => void {
  let startedAt: { itemId: number; atFrame: number } | null = null
  const sources = {
    air: () => playout.air(),
    // Idents and sweepers over a song are no titles of their own.
    log: () =>
      playout
        .recentLog(historyLooked)
        .filter(({ reason }) => reason !== cartReason)
        .slice(0, historyLength),
    stationName: () => settings.get('station.name'),
    artworkPath: (trackId: number | null) => (trackId === null ? null : library.media.artworkFile(trackId)),
    genre: (trackId: number | null) => (trackId === null ? '' : (library.track(trackId)?.genre ?? '')),
  }
  const atFrame = () =>
    startedAt && startedAt.itemId === playout.air().item?.queueId ? startedAt.atFrame : playout.liveTitleFrame()
  const tell = () => outputs.setNowPlaying(nowPlaying(sources, atFrame()))
  let gathering: NodeJS.Timeout | undefined
  const soon = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined
      tell()
    }, 20)
  }
  const offs = [
    engine.onEvent((event) => {
      if (event.type === 'started') startedAt = { itemId: event.itemId, atFrame: event.atFrame }
    }),
    events.on('playout.started', soon),
    events.on('playout.ended', soon),
    events.on('playout.air', soon),
    events.on('live.changed', soon),
    events.on('queue.changed', soon),
  ]
  tell()
  return () => {
    clearTimeout(gathering)
    for (const off of offs) off()
  }
}

function probeHealth({ monitoring }: Foundation, { engine, live, outputs, playout }: BuiltRooms) {
  const { health } = monitoring
  let engineLives = true
  engine.onEvent((event) => {
    if (event.type === 'crashed') engineLives = false
    if (event.type === 'ready') engineLives = true
  })
  const ofOutputs = (ids: readonly string[]) => {
    const asked = outputs.status().filter(({ id }) => ids.includes(id))
    const broken = asked.filter(({ state }) => state === 'failed' || state === 'stalled' || state === 'retrying')
    if (broken.length === 0) return heardWell(asked)
    return {
      status: broken.length === asked.length ? ('down' as const) : ('degraded' as const),
      message: broken.map(({ label, message }) => `${label}: ${message ?? 'not running'}`).join(' '),
    }
  }
  /** Running is not enough: what was heard of them counts. */
  const heardWell = (asked: ReturnType<typeof outputs.status>) => {
    const wrong = asked.filter(({ heard }) => heard !== null && heard.verdict !== 'ok')
    if (wrong.length === 0) return { status: 'ok' as const }
    const message = wrong.map(({ label, heard }) => `${label} runs, but: ${heard?.why ?? heard?.verdict}`).join(' ')
    return { status: 'degraded' as const, message }
  }
  health.probe('playout', () => {
    if (!engineLives) return { status: 'down', message: 'The playout worker is being started again.' }
    return playout.air().fallback
      ? { status: 'degraded', message: 'The built-in loop plays: there is nothing else to play.' }
      : { status: 'ok' }
  })
  health.probe('hls', () => ofOutputs(['hls']))
  health.probe('mounts', () => ofOutputs(['mp3', 'aac', 'opus']))
  health.probe('rtmp', () => {
    const { state, message } = live.state().rtmp
    if (state === 'failed') return { status: 'down', message: message ?? 'The RTMP server does not run.' }
    const heard = heardWell(outputs.status().filter(({ id }) => id === 'rtmp'))
    if (heard.status !== 'ok') return heard
    return { status: 'ok', ...(message ? { message } : {}) }
  })
  health.probe('telegram', () => {
    const telegram = outputs.destinations().find(({ kind, wanted }) => kind === 'telegram' && wanted)
    if (!telegram || telegram.state === 'running' || telegram.state === 'starting') return { status: 'ok' }
    return { status: telegram.state === 'failed' ? 'down' : 'degraded', message: telegram.message ?? telegram.state }
  })
}

function countThings({ db: _, monitoring }: Foundation, { library, outputs, playout }: BuiltRooms) {
  const { metrics } = monitoring
  metrics.addGauge({
    name: 'wavedesk_listeners',
    help: 'Listeners by output.',
    label: 'output',
    read: () => Object.fromEntries(outputs.listeners().byOutput.map(({ id, listeners }) => [id, listeners])),
  })
  metrics.addGauge({ name: 'wavedesk_on_air', help: '1 while on air.', read: () => Number(playout.air().onAir) })
  metrics.addGauge({ name: 'wavedesk_tracks', help: 'Tracks in the library.', read: () => library.counts().tracks })
  metrics.addGauge({
    name: 'wavedesk_output_heard_ok',
    help: '1 where the station heard its own output to be the program, 0 where not.',
    label: 'output',
    read: () =>
      Object.fromEntries(
        outputs.status().flatMap(({ id, heard }) => (heard ? [[id, Number(heard.verdict === 'ok')]] : [])),
      ),
  })
  metrics.addGauge({
    name: 'wavedesk_output_latency_seconds',
    help: 'How far what a listener of an output hears lies behind the program.',
    label: 'output',
    read: () =>
      Object.fromEntries(
        outputs.status().flatMap(({ id, latencyMs }) => (latencyMs === null ? [] : [[id, latencyMs / 1000]])),
      ),
  })
  metrics.addGauge({
    name: 'wavedesk_output_dropped_blocks',
    help: 'Blocks an output was too slow for.',
    label: 'output',
    read: () => Object.fromEntries(outputs.status().map(({ id, droppedBlocks }) => [id, droppedBlocks])),
  })
}

/** The program is fed to our own RTMP server wherever it runs just now. */
function feedRtmpServer({ events }: Foundation, { live, outputs }: BuiltRooms): () => void {
  const tell = () => {
    const url = live.feedUrl()
    outputs.setFeed(
      url === null
        ? null
        : {
            url,
            playUrl: live.playUrl(),
            players: live.players(),
          },
    )
  }
  tell()
  return events.on('live.changed', tell)
}

const soonest = 5

/** What is about to play is measured before the rest of the library: its loudness and cue points are needed in minutes. */
function measureAhead({ events }: Foundation, { library, playout }: BuiltRooms): () => void {
  let gathering: NodeJS.Timeout | undefined
  const ask = () => {
    gathering = undefined
    const ids = playout.queueItems().slice(0, soonest)
    library.prioritise(ids.flatMap(({ trackId }) => (trackId === null ? [] : [trackId])))
  }
  const off = events.on('queue.changed', () => {
    gathering ??= setTimeout(ask, 50)
  })
  ask()
  return () => {
    clearTimeout(gathering)
    off()
  }
}

export function wireRooms(foundation: Foundation, rooms: BuiltRooms, closers: Closers): void {
  const { events, monitoring, settings } = foundation
  probeHealth(foundation, rooms)
  countThings(foundation, rooms)
  closers.add('RTMP feed', feedRtmpServer(foundation, rooms))
  closers.add('analysis ahead', measureAhead(foundation, rooms))
  closers.add('now playing', tellListeners(foundation, rooms))
  const offs = [
    settings.onChange(settingKeys, (keys) => events.emit('settings.changed', { keys })),
    rooms.engine.onEvent((event) => {
      if (event.type === 'pacing') monitoring.system.note({ pacing: event.report })
      if (event.type === 'crashed')
        monitoring.services.report({
          id: 'playout',
          name: 'Playout',
          kind: 'worker',
          state: 'backingOff',
          message: event.why,
        })
      if (event.type === 'ready')
        monitoring.services.report({ id: 'playout', name: 'Playout', kind: 'worker', state: 'running' })
    }),
    events.on('live.changed', () => {
      const { state, message } = rooms.live.state().rtmp
      monitoring.services.report({ id: 'live', name: 'RTMP server', kind: 'worker', state, message })
    }),
    rooms.playout.onEngineRestarted(() => rooms.live.engineRestarted()),
  ]
  closers.add('wiring', () => {
    for (const off of offs) off()
  })
}
