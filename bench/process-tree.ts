// What a process and all its children take: memory and processor, by the same count for us and for a peer. Linux alone.
import { readdirSync, readFileSync } from 'node:fs'

export interface TreeMemory {
  /** Proportional: what is shared with others counts in parts, so that the sum is what the machine has given. */
  pssMb: number
  rssMb: number
  processes: number
}

const ticksPerSecond = 100

export function memoryOf(pid: number): TreeMemory {
  const total = { pssMb: 0, rssMb: 0, processes: 0 }
  for (const each of treeOf(pid)) {
    const rollup = read(`/proc/${each}/smaps_rollup`)
    const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0) / 1024
    total.pssMb += mb('Pss')
    total.rssMb += mb('Rss')
    if (rollup) total.processes += 1
  }
  return total
}

/** @returns seconds of processor of the process, its children, and those that have ended and were waited for */
export function cpuSecondsOf(pid: number): number {
  let ticks = 0
  for (const each of treeOf(pid)) {
    const fields = read(`/proc/${each}/stat`).split(') ')[1]?.split(' ') ?? []
    // utime, stime, cutime, cstime
    for (const field of fields.slice(11, 15)) ticks += Number(field)
  }
  return ticks / ticksPerSecond
}

function treeOf(pid: number): number[] {
  const children = tasksOf(pid).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).trim().split(' '))
  return [pid, ...children.filter((text) => text !== '').flatMap((text) => treeOf(Number(text)))]
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** @returns an empty text when the process has just ended */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
