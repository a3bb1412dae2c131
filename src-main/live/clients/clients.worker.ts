// The clients worker: authenticates and decodes what source clients send to the listener port. It has no socket of its own:
// the listener worker passes their bytes on. Started by the room's clients-host.ts alone.
import { randomUUID } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { FromWorker, LivePcmMessage, Policy, ToWorker, WorkerOptions } from '../protocol'
import { type Admission, ClientGate, mountPath } from './client-gate'
import { ClientSession } from './client-session'
import type { ClientRequest, FromClients, TitleRequest, ToClients } from './wire'

const watchMs = 100
const mostSessions = 64
/** Types that cannot be sound; whatever else is named, the bytes themselves decide. */
const notSound = /^(?:text|image|font|multipart)\/|^application\/(?:json|xml|x-www-form-urlencoded|javascript|pdf)/i
const main = parentPort
if (!main) throw new Error('clients.worker runs as a worker thread only')
const { ffmpegPath, policy: firstPolicy } = workerData as WorkerOptions

const gate = new ClientGate()
const sessions = new Map<string, { session: ClientSession; connection: number }>()
const connections = new Map<number, ClientSession>()
/** Sources the playout worker knows; the others are opened there with their first sound. */
const open = new Set<string>()
let policy: Policy = firstPolicy
let playout: MessagePort | null = null
let door: MessagePort | null = null
let lastMark = 0

const tell = (message: FromWorker): void => main.postMessage(message)
const tellPlayout = (message: LivePcmMessage, transfer: ArrayBuffer[] = []): void =>
  playout?.postMessage(message, transfer)
const tellDoor = (message: FromClients): void => door?.postMessage(message)

interface Answer {
  status: number
  message: string
  retryAfterSeconds?: number | undefined
}
const accepted: Answer = { status: 200, message: 'OK' }
const refused = (status: number, message: string): Answer => ({ status, message })
/** Tells the studio of a refusal that is worth it. */
function turnedAway({ refusal, ...answer }: Admission & { allowed: false }): Answer {
  if (refusal) tell({ type: 'refused', refusal })
  return answer
}

function openSession(id: number, request: ClientRequest): Answer {
  const nowMs = performance.now()
  if (request.path !== mountPath && request.path !== `${mountPath}/`)
    return refused(404, `Source clients connect to ${mountPath}.`)
  const admission = gate.admit(policy, request, nowMs)
  if (!admission.allowed) return turnedAway(admission)
  const { grant } = admission
  if (notSound.test(request.contentType)) return refused(415, 'MP3, AAC, Ogg Vorbis, Opus and FLAC are understood.')
  if (inUse(grant.presenterId, nowMs)) {
    const message = 'This stream key is already sending from elsewhere.'
    const { address } = request
    tell({ type: 'refused', refusal: { reason: 'keyInUse', address, presenterId: grant.presenterId, message } })
    return refused(403, message)
  }
  if (sessions.size >= mostSessions) {
    return refused(503, 'Too many source clients are connected.')
  }
  const sourceId = `icecast-${randomUUID()}`
  const session = new ClientSession(grant, {
    ...{ sourceId, ffmpegPath, tell, address: request.address, software: request.userAgent },
    pcm: (samples) => sendSound(sourceId, grant.name, samples),
    title: (title, artist) => tell({ type: 'title', sourceId, song: null, title, artist, mark: setMark(sourceId) }),
    credit: (bytes) => tellDoor({ type: 'credit', id, bytes }),
    cut: (reason) => cut(sourceId, reason),
    finished: (_, reason) => forget(sourceId, reason),
  })
  sessions.set(sourceId, { session, connection: id })
  connections.set(id, session)
  if (request.streamName !== '') tell({ type: 'showName', sourceId, name: request.streamName })
  return accepted
}

/** A stream of the presenter's that is still heard keeps the key; one that is not makes room. */
function inUse(presenterId: number, nowMs: number): boolean {
  if (policy.busy.includes(presenterId)) return true
  const others = [...sessions].filter(([, { session }]) => session.presenterId === presenterId)
  if (others.some(([, { session }]) => session.holdsKey(nowMs, policy.stallSeconds))) return true
  for (const [sourceId, { session }] of others) if (!session.ending) cut(sourceId, 'replaced by a new connection')
  return false
}

/** Ends a client's connection and its sound. */
function cut(sourceId: string, reason: string): void {
  const found = sessions.get(sourceId)
  if (!found) return
  tellDoor({ type: 'cut', id: found.connection, reason })
  connections.delete(found.connection)
  void found.session.close(reason)
}

function forget(sourceId: string, reason: string): void {
  const found = sessions.get(sourceId)
  sessions.delete(sourceId)
  if (found) connections.delete(found.connection)
  if (open.delete(sourceId)) tellPlayout({ type: 'close', sourceId, reason })
  tell({ type: 'closed', sourceId, reason })
}

function sendSound(sourceId: string, label: string, samples: Float32Array<ArrayBuffer>): void {
  if (!playout) return
  if (!open.has(sourceId)) {
    open.add(sourceId)
    tellPlayout({ type: 'open', sourceId, label, buffer: 'icecast' })
  }
  tellPlayout({ type: 'pcm', sourceId, samples }, [samples.buffer])
}

/** @returns a mark in the sound of a source, where the playout worker has some of it */
function setMark(sourceId: string): number | undefined {
  if (!open.has(sourceId)) return undefined
  lastMark += 1
  tellPlayout({ type: 'mark', sourceId, mark: lastMark })
  return lastMark
}

function setTitle(request: TitleRequest): Answer {
  if (request.mode !== 'updinfo') {
    return refused(400, 'Only mode=updinfo is understood.')
  }
  if (request.mount !== mountPath) {
    return refused(404, `There is only the mount ${mountPath}.`)
  }
  const admission = gate.admit(policy, request, performance.now())
  if (!admission.allowed) return turnedAway(admission)
  const { presenterId } = admission.grant
  const own = [...sessions].find(([, { session }]) => session.presenterId === presenterId && !session.ending)
  if (!own && !policy.busy.includes(presenterId)) {
    return refused(400, 'Nobody is connected with this key.')
  }
  const text = (value: string | null) => value && decode(value, request.charset)
  const { song, title, artist } = request
  tell({
    ...{ type: 'title', sourceId: own?.[0] ?? null, presenterId },
    mark: own && setMark(own[0]),
    ...{ song: text(song), title: text(title) ?? '', artist: text(artist) ?? '' },
  })
  return accepted
}

/** @param bytes one character for each byte */
function decode(bytes: string, charset: string): string {
  const raw = Buffer.from(bytes, 'latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch {
    // No UTF-8: what the client says it is, or one byte for each letter, which is put right where it is Cyrillic.
  }
  try {
    return charset === '' ? raw.toString('latin1') : new TextDecoder(charset).decode(raw)
  } catch {
    return raw.toString('latin1')
  }
}

function hearDoor(message: ToClients): void {
  switch (message.type) {
    case 'open':
      tellDoor({ type: 'answer', id: message.id, ...openSession(message.id, message.request) })
      return
    case 'bytes':
      connections
        .get(message.id)
        ?.receive(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength))
      return
    case 'end':
      connections.get(message.id)?.end(message.reason)
      connections.delete(message.id)
      return
    case 'title':
      tellDoor({ type: 'answer', id: message.id, ...setTitle(message.request) })
  }
}

/** The listener worker is gone or new: so are its sockets. */
function connectDoor(port: MessagePort): void {
  door?.close()
  door = port
  for (const session of connections.values()) session.end('the listener port started anew')
  connections.clear()
  port.on('message', hearDoor)
}

function configure(next: Policy): void {
  policy = next
  for (const [sourceId, { session }] of [...sessions]) {
    const grant = policy.publishers.find(({ keyHash }) => keyHash === session.grant.keyHash)
    if (!grant?.enabled || !policy.clients) cut(sourceId, 'the key was withdrawn')
  }
}

const watch = setInterval(() => {
  const nowMs = performance.now()
  gate.sweep(nowMs)
  for (const { session } of [...sessions.values()]) session.watch(nowMs, policy.stallSeconds)
}, watchMs)

async function stop(): Promise<void> {
  clearInterval(watch)
  for (const [sourceId, { connection }] of sessions)
    if (sourceId) tellDoor({ type: 'cut', id: connection, reason: 'the station stopped' })
  await Promise.all([...sessions.values()].map(({ session }) => session.close('the station stopped')))
  playout?.close()
  door?.close()
  main?.close()
}

main.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'configure':
      configure(message.policy)
      return
    case 'livePort':
      playout?.close()
      playout = message.port
      open.clear()
      return
    case 'door':
      connectDoor(message.port)
      return
    case 'drop':
      cut(message.sourceId, 'disconnected by the studio')
      return
    case 'ping':
      tell({ type: 'pong' })
      return
    case 'stop':
      void stop()
      return
    default:
      return
  }
})
