// The table of services: rooms and workers report themselves, processes come as the records of their supervisors.
import type { EventBus } from '@contract/events'
import type { Service } from '@contract/monitoring'
import type { ProcessState } from '../processes'

/** What a room or a worker says of itself. */
export interface ServiceReport {
  id: string
  name: string
  kind: 'room' | 'worker'
  state: Service['state']
  message?: string | null
}

export interface Services {
  /** Takes the record of a process, from whichever thread it came. */
  process(state: ProcessState): void
  report(service: ServiceReport): void
  forget(id: string): void
  list(): Service[]
  /** What all children use together. */
  childFigures(): { cpuPercent: number; memoryMb: number; count: number }
  close(): void
}

const gatherMs = 500
const failedShownMs = 60_000
/** A child is measured every few seconds and so heard of; one that is not may have gone with the thread that knew it. */
const unheardMs = 15_000

export function createServices(events: Pick<EventBus, 'emit'>, now: () => number = Date.now): Services {
  const table = new Map<string, Service>()
  const expiry = new Map<string, NodeJS.Timeout>()
  let timer: NodeJS.Timeout | null = null

  const tellSoon = (): void => {
    timer ??= setTimeout(() => {
      timer = null
      events.emit('services.changed', {})
    }, gatherMs).unref()
  }
  const forget = (id: string): void => {
    clearTimeout(expiry.get(id))
    expiry.delete(id)
    if (table.delete(id)) tellSoon()
  }
  const put = (service: Service): void => {
    clearTimeout(expiry.get(service.id))
    expiry.delete(service.id)
    table.set(service.id, service)
    tellSoon()
  }
  /** A thread that dies takes its children along and cannot say so. */
  const forgetOnceGone = (id: string, pid: number): void => {
    const look = () => (isAlive(pid) ? forgetOnceGone(id, pid) : forget(id))
    expiry.set(id, setTimeout(look, unheardMs).unref())
  }
  return {
    process(state) {
      const { name, pid, since, restarts, nextAttemptAt } = state
      const [cpuPercent, memoryMb] = [rounded(state.cpuPercent), rounded(state.memoryMb)]
      if (!state.lasting && state.state === 'stopped') {
        forget(name)
        return
      }
      put({
        id: name,
        name,
        kind: 'process',
        state: state.state,
        message: state.lastError,
        ...{ pid, cpuPercent, memoryMb, restarts, since, nextAttemptAt },
      })
      if (!state.lasting && state.state === 'failed') {
        expiry.set(name, setTimeout(() => forget(name), failedShownMs).unref())
      } else if (!state.lasting && pid !== null) forgetOnceGone(name, pid)
    },
    report({ id, name, kind, state, message = null }) {
      const before = table.get(id)
      const since = before?.state === state ? before.since : now()
      const came = state === 'starting' && before !== undefined && before.state !== 'stopped'
      const restarts = (before?.restarts ?? 0) + (came && before.state !== 'starting' ? 1 : 0)
      const none = { pid: null, cpuPercent: null, memoryMb: null, nextAttemptAt: null }
      put({ id, name, kind, state, message, restarts, since, ...none })
    },
    forget,
    list: () => [...table.values()].map((service) => ({ ...service })).sort((a, b) => a.id.localeCompare(b.id)),
    childFigures() {
      const children = [...table.values()].filter((service) => service.pid !== null)
      return {
        cpuPercent: children.reduce((sum, child) => sum + (child.cpuPercent ?? 0), 0),
        memoryMb: children.reduce((sum, child) => sum + (child.memoryMb ?? 0), 0),
        count: children.length,
      }
    },
    close() {
      if (timer) clearTimeout(timer)
      for (const one of expiry.values()) clearTimeout(one)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)
