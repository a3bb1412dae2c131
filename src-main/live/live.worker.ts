// The live worker: node-media-server behind the gate, and a decoder for each presenter's stream. Started by the
// room's server.ts alone; the decoded sound goes straight to the playout worker and never through the main thread.
import { randomUUID } from 'node:crypto'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Gate } from './gate'
import { LivePublisher } from './live-publisher'
import type { FromWorker, LivePcmMessage, Policy, ToWorker, WorkerOptions } from './protocol'

const watchMs = 100
const countMs = 200
const main = parentPort
if (!main) throw new Error('live.worker runs as a worker thread only')
const { ffmpegPath, limits, policy: firstPolicy } = workerData as WorkerOptions

const publishers = new Map<string, LivePublisher>()
/** Sources the playout worker knows; the others are opened there with their first sound. */
const open = new Set<string>()
let policy: Policy = firstPolicy
let playout: MessagePort | null = null
let counted = { count: 0, players: 0 }
let countTimer: NodeJS.Timeout | null = null

const tell = (message: FromWorker): void => main.postMessage(message)
const tellPlayout = (message: LivePcmMessage, transfer: ArrayBuffer[] = []): void =>
  playout?.postMessage(message, transfer)

const gate = new Gate({
  limits,
  policy,
  keyFree: (presenterId) => {
    if (policy.busy.includes(presenterId)) return false
    const current = [...publishers.values()].filter((publisher) => publisher.presenterId === presenterId)
    if (current.some((publisher) => publisher.flowing)) return false
    for (const { connection } of current) connection.end('replaced by a new connection')
    return true
  },
  events: {
    published: (connection, grant) => {
      const sourceId = `rtmp-${randomUUID()}`
      const pcm = (samples: Float32Array<ArrayBuffer>) => sendSound(sourceId, grant.name, samples)
      publishers.set(sourceId, new LivePublisher(connection, grant, { sourceId, ffmpegPath, tell, pcm }))
    },
    closed: (connection) => {
      for (const publisher of publishers.values())
        if (publisher.connection === connection) void closePublisher(publisher)
    },
    refused: (refusal) => tell({ type: 'refused', refusal }),
    dropped: (reason, address, detail) => tell({ type: 'dropped', reason, address, detail }),
    counted: (count, players) => {
      // Told together: a flood of connections must not become a flood of messages.
      countTimer ??= setTimeout(tellCount, countMs)
      counted = { count, players }
    },
    feed: (publishing) => tell({ type: 'feed', publishing }),
  },
})

const watch = setInterval(() => {
  const nowMs = performance.now()
  for (const publisher of publishers.values()) publisher.watch(nowMs, policy.stallSeconds)
}, watchMs)

function tellCount(): void {
  countTimer = null
  tell({ type: 'connections', ...counted })
}

function sendSound(sourceId: string, label: string, samples: Float32Array<ArrayBuffer>): void {
  if (!playout) return
  if (!open.has(sourceId)) {
    open.add(sourceId)
    tellPlayout({ type: 'open', sourceId, label, buffer: 'rtmp' })
  }
  tellPlayout({ type: 'pcm', sourceId, samples }, [samples.buffer])
}

function closePublisher(publisher: LivePublisher): Promise<void> {
  publishers.delete(publisher.sourceId)
  if (open.delete(publisher.sourceId))
    tellPlayout({ type: 'close', sourceId: publisher.sourceId, reason: publisher.connection.endReason })
  return publisher.close()
}

async function listen(host: string, port: number): Promise<void> {
  try {
    tell({ type: 'listening', port: await gate.listen(host, port) })
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    tell({ type: 'listenFailed', code, message })
  }
}

async function stop(): Promise<void> {
  clearInterval(watch)
  if (countTimer) clearTimeout(countTimer)
  const gateClosed = gate.close()
  await Promise.all([gateClosed, ...[...publishers.values()].map(closePublisher)])
  playout?.close()
  main?.close()
}

main.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'listen':
      void listen(message.host, message.port)
      return
    case 'configure':
      policy = message.policy
      gate.configure(policy)
      return
    case 'livePort':
      playout?.close()
      playout = message.port
      open.clear()
      return
    case 'drop':
      publishers.get(message.sourceId)?.connection.end('disconnected by the studio')
      return
    case 'ping':
      tell({ type: 'pong' })
      return
    case 'stop':
      void stop()
  }
})
