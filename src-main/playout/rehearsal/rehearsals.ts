// Rehearsals: starts their worker, keeps their progress and the newest results, and stops them.
import { randomInt, randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { Rehearsal } from '@contract/rotation'
import type { SettingsReader } from '@contract/settings'
import type { RehearsalMessage, RehearsalOrder } from './protocol'
import workerPath from './rehearsal.worker?modulePath'

export interface RehearsalsDeps {
  /** File of the station's database; null where it has none. */
  databasePath: string | null
  settings: SettingsReader
  /** Milliseconds since epoch. */
  now?: () => number
}

export interface Rehearsals extends Pick<Operations<'rotation'>, 'rehearse' | 'rehearsal'> {
  close(): Promise<void>
}

const kept = 5

interface Running {
  worker: Worker
  over: Promise<void>
}

export function createRehearsals({ databasePath, settings, now = Date.now }: RehearsalsDeps): Rehearsals {
  const all: Rehearsal[] = []
  let running: Running | null = null

  function find(id: string): Rehearsal {
    const found = all.find((one) => one.id === id)
    if (!found) throw new StationError('not_found', 'There is no such rehearsal (any more).')
    return found
  }

  function end(rehearsal: Rehearsal, change: Partial<Rehearsal>): void {
    if (rehearsal.state === 'running') Object.assign(rehearsal, { endedAt: now(), ...change })
  }

  function start(rehearsal: Rehearsal, order: RehearsalOrder): Running {
    const worker = new Worker(workerPath, { name: 'rehearsal', workerData: order })
    worker.on('message', (message: RehearsalMessage) => {
      if (message.type === 'progress') rehearsal.progress = Math.round(message.progress * 1000) / 1000
      else if (message.type === 'done') end(rehearsal, { state: 'done', progress: 1, result: message.result })
      else end(rehearsal, { state: 'failed', why: message.why })
    })
    worker.once('error', (error) => end(rehearsal, { state: 'failed', why: (error as Error).message }))
    const over = new Promise<void>((resolve) => {
      worker.once('exit', () => {
        end(rehearsal, { state: 'failed', why: 'It ended before it was done.' })
        running = null
        resolve()
      })
    })
    return { worker, over }
  }

  return {
    async rehearse({ from, hours, seed = randomInt(2 ** 32), wait }) {
      if (databasePath === null)
        throw new StationError('unavailable', 'A station without a database file cannot be rehearsed.')
      if (running) throw new StationError('conflict', 'A rehearsal is running. Wait for it, or stop it first.')
      const begins = Math.round(from ?? now())
      const rehearsal: Rehearsal = {
        ...{ id: randomUUID(), state: 'running', from: begins, hours, seed, progress: 0, startedAt: now() },
        ...{ endedAt: null, why: null, result: null },
      }
      all.unshift(rehearsal)
      all.length = Math.min(all.length, kept)
      running = start(rehearsal, {
        ...{ databasePath, from: begins, fromNow: from === undefined, hours, seed },
        timezone: settings.get('station.timezone'),
        crossfadeSeconds: settings.get('playout.crossfadeSeconds'),
        targetLufs: settings.get('playout.targetLufs'),
      })
      if (wait) await running.over
      return { ...rehearsal }
    },
    rehearsal: {
      get: ({ id }) => ({ ...find(id) }),
      newest: () => (all[0] ? { ...all[0] } : null),
      async cancel({ id }) {
        const rehearsal = find(id)
        if (rehearsal.state !== 'running' || !running)
          throw new StationError('conflict', 'This rehearsal is over already.')
        const { over, worker } = running
        end(rehearsal, { state: 'cancelled' })
        await worker.terminate()
        await over
        return { ...rehearsal }
      },
    },
    async close() {
      if (!running) return
      const { over, worker } = running
      await worker.terminate()
      await over
    },
  }
}
