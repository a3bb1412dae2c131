// Processor, memory, disk and the event loop, of this application with its children and of the computer.
import { statfsSync, statSync } from 'node:fs'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { System } from '@contract/monitoring'

/** What other rooms know and the system view shows. */
export interface SystemNotes {
  ffmpeg: System['ffmpeg']
  pacing: System['pacing']
}

export interface SystemDeps {
  version: string
  dataDir: string
  databasePath: string
  uptimeSeconds: () => number
  childFigures: () => { cpuPercent: number; memoryMb: number }
}

export interface SystemDesk {
  /** Notes what a room knows; parts left out stay as they were. */
  note(notes: Partial<SystemNotes>): void
  read(): System
  close(): void
}

const sampleMs = 5000
const megabyte = 1024 * 1024

export function createSystem(deps: SystemDeps): SystemDesk {
  const notes: SystemNotes = {
    ffmpeg: { path: null, version: null, message: null },
    pacing: { blocks: 0, lateP99Ms: 0, lateMaxMs: 0, missed: 0, resyncs: 0 },
  }
  const delay = monitorEventLoopDelay({ resolution: 100 })
  delay.enable()
  let own = { cpuPercent: 0, systemCpuPercent: 0, eventLoopDelayMs: 0 }
  let last = reading()
  const sample = (): void => {
    const next = reading()
    const elapsedMs = Math.max(1, next.atMs - last.atMs)
    const busy = next.systemBusyMs - last.systemBusyMs
    const total = Math.max(1, next.systemTotalMs - last.systemTotalMs)
    own = {
      cpuPercent: ((next.ownMs - last.ownMs) / elapsedMs) * 100,
      systemCpuPercent: Math.min(100, Math.max(0, (busy / total) * 100)),
      // The timer that measures is itself due every 100 ms.
      eventLoopDelayMs: Number.isNaN(delay.mean) ? 0 : Math.max(0, delay.percentile(99) / 1e6 - 100),
    }
    delay.reset()
    last = next
  }
  const timer = setInterval(sample, sampleMs).unref()
  return {
    note: (some) => void Object.assign(notes, some),
    read() {
      const children = deps.childFigures()
      return {
        version: deps.version,
        nodeVersion: process.versions.node,
        ffmpeg: { ...notes.ffmpeg },
        platform: `${process.platform} ${process.arch}`,
        uptimeSeconds: deps.uptimeSeconds(),
        cores: availableParallelism(),
        cpuPercent: round(own.cpuPercent + children.cpuPercent),
        systemCpuPercent: round(own.systemCpuPercent),
        memoryMb: round(process.memoryUsage.rss() / megabyte + children.memoryMb),
        systemMemoryMb: round(totalmem() / megabyte),
        systemFreeMemoryMb: round(freemem() / megabyte),
        dataDir: deps.dataDir,
        diskFreeMb: round(freeBytesOf(deps.dataDir) / megabyte),
        databaseMb: round(sizeOf(deps.databasePath) / megabyte),
        eventLoopDelayMs: round(own.eventLoopDelayMs),
        pacing: { ...notes.pacing },
      }
    },
    close() {
      clearInterval(timer)
      delay.disable()
    },
  }
}

function reading() {
  const { user, system } = process.cpuUsage()
  let systemBusyMs = 0
  let systemTotalMs = 0
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.idle + times.irq
    systemBusyMs += all - times.idle
    systemTotalMs += all
  }
  return { atMs: performance.now(), ownMs: (user + system) / 1000, systemBusyMs, systemTotalMs }
}

const round = (value: number): number => Math.round(value * 10) / 10

function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}

function sizeOf(path: string): number {
  return (
    (statSync(path, { throwIfNoEntry: false })?.size ?? 0) +
    (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0)
  )
}
