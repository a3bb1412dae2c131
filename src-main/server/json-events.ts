// Plain JSON events for simple clients: each `{type, seq, at, data}`; batched, and dropped where a client reads too slowly.
import type { StateChange } from '@contract/station'
import type { WebSocket } from 'ws'
import type { ServerDeps } from './context'

const types = ['status', 'track', 'error', 'system', 'meter'] as const
type EventType = (typeof types)[number]
const systemEveryMs = 2000
/** Meters are worth nothing late: none is sent while this much still waits. */
const meterBacklogBytes = 64 * 1024

/** @param wanted what the client asked for; unknown types are told to it and ignored */
export function sendJsonEvents(client: WebSocket, wanted: readonly string[], deps: ServerDeps) {
  const asked = new Set(wanted.filter((type): type is EventType => (types as readonly string[]).includes(type)))
  const ended = new AbortController()
  let seq = 0
  const send = (type: EventType, data: unknown) => {
    if (asked.has(type) && client.readyState === client.OPEN) {
      seq += 1
      client.send(JSON.stringify({ type, seq, at: Date.now(), data }))
    }
  }
  client.on('close', () => ended.abort())
  const unknown = wanted.filter((type) => type !== '' && !(types as readonly string[]).includes(type))
  if (unknown.length > 0) {
    client.send(
      JSON.stringify({
        type: 'error',
        seq: 0,
        at: Date.now(),
        data: {
          code: 'validation',
          message: `There are no events named ${unknown.join(', ')}; there are ${types.join(', ')}.`,
        },
      }),
    )
  }
  // A client that would get nothing more is told so by the end of its connection, and comes back.
  const failed = (error: unknown) => {
    if (ended.signal.aborted) return
    deps.log.error('Events could not be read for a client.', { error })
    client.terminate()
  }
  followState(deps, ended.signal, send).catch(failed)
  if (asked.has('meter')) followMeters(client, deps, ended.signal, send).catch(failed)
  if (asked.has('system')) followSystem(deps, ended.signal, send, failed)
}

type Send = (type: EventType, data: unknown) => void

function sendChange(state: StateChange['state'], lastItem: number | null, send: Send): number | null {
  send('status', state)
  if (state.incidents) for (const incident of state.incidents) send('error', incident)
  if (!state.air) return lastItem
  const item = state.air.item?.queueId ?? null
  if (item !== lastItem) send('track', { item: state.air.item, next: state.air.next })
  return item
}

async function followState(deps: ServerDeps, signal: AbortSignal, send: Send) {
  let lastItem: number | null = -1
  for await (const change of deps.rooms.station.subscribe(signal)) {
    if (signal.aborted) return
    lastItem = sendChange(change.state, lastItem, send)
  }
}

async function followMeters(client: WebSocket, deps: ServerDeps, signal: AbortSignal, send: Send) {
  let after = 0
  while (!signal.aborted) {
    const meter = await deps.rooms.playout.meter({ after })
    if (meter.seq > after && client.bufferedAmount < meterBacklogBytes) send('meter', meter)
    after = meter.seq
  }
}

function followSystem(deps: ServerDeps, signal: AbortSignal, send: Send, failed: (error: unknown) => void) {
  const tell = async () => send('system', await deps.rooms.monitoring.system({}))
  tell().catch(failed)
  const timer = setInterval(() => tell().catch(failed), systemEveryMs)
  signal.addEventListener('abort', () => clearInterval(timer))
}
