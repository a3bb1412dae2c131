// The guests' worker: lets guests in by their links, decodes what they say and encodes what they hear. It has no socket of
// its own: the listener worker passes on their messages. Started by guests-host.ts alone.
import { randomUUID } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { LinkAnswer, LinkRefusal } from '@contract/sound-link'
import type { LivePcmMessage } from '../protocol'
import { GuestGate } from './guest-gate'
import { GuestSession } from './guest-session'
import type { FromGuestDoor, FromGuests, GuestGrant, GuestPolicy, ToGuestDoor, ToGuests } from './protocol'

const returnEveryMs = 20
const watchEveryMs = 250
/** A guest who was heard so lately is not replaced by somebody else with the same link. */
const presentMs = 5000
const mostGuests = 24
/** As the engine has it: a guest's network may pause this many times as long as a presenter's. */
const stallTimes = 3
const main = parentPort
if (!main) throw new Error('guests.worker runs as a worker thread only')

let policy: GuestPolicy = (workerData as { policy: GuestPolicy }).policy
let playout: MessagePort | null = null
let door: MessagePort | null = null
let airing: { sourceId: string; mode: 'full' | 'talkover' | null }[] = []
const gate = new GuestGate()
const sessions = new Map<number, GuestSession>()
const stalled = new Set<string>()

const tell = (message: FromGuests): void => main.postMessage(message)
const tellDoor = (message: ToGuestDoor): void => door?.postMessage(message)
const tellEngine = (message: LivePcmMessage, transfer: ArrayBuffer[] = []): void =>
  playout?.postMessage(message, transfer)
const say = (id: number, answer: LinkAnswer): void => tellDoor({ type: 'send', id, data: JSON.stringify(answer) })

function refuse(id: number, reason: LinkRefusal): void {
  say(id, { type: 'refused', reason })
  tellDoor({ type: 'close', id })
}

function connect({ id, token, address, software }: Extract<FromGuestDoor, { type: 'connect' }>): void {
  const admitted = gate.admit(policy.links, token, address, Date.now())
  if (typeof admitted === 'string') {
    tell({ type: 'refusedGuest', reason: admitted, address })
    refuse(id, admitted)
  } else if (sessions.size >= mostGuests) refuse(id, 'full')
  else welcome(id, admitted, address, software)
}

function welcome(id: number, admitted: GuestGrant, address: string, software: string): void {
  const sourceId = `guest-${randomUUID()}`
  const session: GuestSession = new GuestSession(
    sourceId,
    admitted,
    {
      engine: tellEngine,
      send: (data) => tellDoor({ type: 'send', id, data }),
      joined: (hello) => {
        if (!makeRoom(id, admitted.linkId, hello.page)) {
          sessions.delete(id)
          return refuse(id, 'inUse')
        }
        session.begin(hello)
        const connectedAt = Date.now()
        const source = {
          sourceId,
          presenterId: null,
          name: admitted.name,
          address,
          connectedAt,
          protocol: 'guest' as const,
        }
        tell({ type: 'opened', source })
        tell({ type: 'described', sourceId, software: browserOf(software), codec: 'Opus' })
        tell({ type: 'joined', linkId: admitted.linkId, at: connectedAt })
        sayAir(session)
      },
      flowing: () => tell({ type: 'flow', sourceId, state: 'flowing' }),
      muted: (muted) => tell({ type: 'muted', sourceId, muted }),
      refused: (reason, why) => {
        tell({ type: 'refusedGuest', reason: why, address })
        end(id, why)
        refuse(id, reason)
      },
      left: (why) => {
        end(id, why)
        tellDoor({ type: 'close', id })
      },
    },
    performance.now(),
  )
  sessions.set(id, session)
  serve()
  const { name, invitedBy, expiresAt } = admitted
  session.answer({ type: 'invited', stationName: policy.stationName, invitedBy, name, expiresAt })
}

/** One guest for each link: the same page replaces itself, somebody else only who is gone. */
function makeRoom(id: number, linkId: number, page: string): boolean {
  const nowMs = performance.now()
  for (const [otherId, other] of sessions) {
    if (otherId === id || other.grant.linkId !== linkId || !other.hello) continue
    const present = other.heardMs !== null && nowMs - other.heardMs < presentMs
    if (other.hello.page !== page && present) return false
    end(otherId, 'came in anew')
    refuse(otherId, 'inUse')
  }
  return true
}

function end(id: number, why: string): void {
  const session = sessions.get(id)
  if (!session) return
  sessions.delete(id)
  session.close(why)
  if (!session.hello) return
  stalled.delete(session.sourceId)
  const wasOnAir = airing.some(({ sourceId }) => sourceId === session.sourceId)
  tell({ type: 'closed', sourceId: session.sourceId, reason: why })
  if (wasOnAir && why !== 'came in anew') tell({ type: 'lostOnAir', name: session.grant.name, why })
}

function sayAir(session: GuestSession): void {
  const entry = airing.find(({ sourceId }) => sourceId === session.sourceId)
  const { stationOnAir } = policy
  session.answer({ type: 'air', onAir: entry !== undefined, mode: entry?.mode ?? null, stationOnAir })
}

function hearDoor(message: FromGuestDoor): void {
  if (message.type === 'connect') connect(message)
  else if (message.type === 'gone') end(message.id, 'its connection ended')
  else sessions.get(message.id)?.receive(message.data, performance.now())
}

function configure(next: GuestPolicy): void {
  policy = next
  for (const [id, session] of [...sessions]) {
    const link = policy.links.find(({ linkId }) => linkId === session.grant.linkId)
    if (link && !link.revoked) continue
    end(id, 'its invitation was taken back')
    refuse(id, 'revoked')
  }
  for (const session of sessions.values()) if (session.hello) sayAir(session)
  tell({ type: 'configured' })
}

/** They run while there is somebody. */
let returns: NodeJS.Timeout | null = null
let watch: NodeJS.Timeout | null = null

function serve(): void {
  returns ??= setInterval(() => {
    for (const session of sessions.values()) session.sendReturn()
  }, returnEveryMs)
  watch ??= setInterval(watchFlow, watchEveryMs)
}

function rest(): void {
  if (returns) clearInterval(returns)
  if (watch) clearInterval(watch)
  returns = null
  watch = null
}

function watchFlow(): void {
  if (sessions.size === 0) rest()
  const nowMs = performance.now()
  for (const { sourceId, heardMs } of sessions.values()) {
    const silent = heardMs !== null && nowMs - heardMs > policy.stallSeconds * 1000 * stallTimes
    if (silent === stalled.has(sourceId)) continue
    if (silent) stalled.add(sourceId)
    else stalled.delete(sourceId)
    tell({ type: 'flow', sourceId, state: silent ? 'stalled' : 'flowing' })
  }
}

function stop(): void {
  rest()
  for (const id of [...sessions.keys()]) {
    end(id, 'the station is closing')
    tellDoor({ type: 'close', id })
  }
  playout?.close()
  door?.close()
  main?.close()
}

main.on('message', (message: ToGuests) => {
  switch (message.type) {
    case 'configure':
      configure(message.policy)
      return
    case 'livePort':
      playout?.close()
      playout = message.port
      for (const session of sessions.values()) session.openAtEngine()
      return
    case 'door':
      // Who came over the earlier door is gone with it.
      for (const id of [...sessions.keys()]) end(id, 'its connection ended')
      door?.close()
      door = message.port
      door.on('message', hearDoor)
      return
    case 'air':
      airing = message.onAir
      for (const session of sessions.values()) if (session.hello) sayAir(session)
      return
    case 'drop':
      for (const [id, session] of [...sessions]) {
        if (session.sourceId !== message.sourceId) continue
        end(id, 'disconnected by the studio')
        refuse(id, 'dropped')
      }
      return
    case 'ping':
      tell({ type: 'pong' })
      return
    case 'stop':
      stop()
  }
})

/** The browser's name, out of what it says of itself. */
function browserOf(userAgent: string): string {
  const known = /(Edg|Firefox|OPR|Chrome|Version)\/(\d+)/
  const found = [...userAgent.matchAll(new RegExp(known, 'g'))].map(([, name, version]) => ({ name, version }))
  const best = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Version']
    .map((name) => found.find((one) => one.name === name))
    .find(Boolean)
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Version: 'Safari' }
  return best ? `${names[best.name ?? ''] ?? best.name} ${best.version}` : ''
}
