// Memory, processor time and start time of other processes, as the system tells them.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const linuxTicksPerSecond = 100
let bootId: string | undefined

export interface ProcessFigures {
  memoryMb: number
  /** Processor time used since the process began. */
  cpuSeconds: number
}

/** @returns null when the process is gone or the system does not tell (Windows) */
export async function readProcessFigures(pid: number): Promise<ProcessFigures | null> {
  if (process.platform === 'linux') return linuxFigures(pid)
  if (process.platform === 'win32') return null
  try {
    const { stdout } = await run('ps', ['-o', 'rss=,time=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    })
    return parsePsFigures(stdout)
  } catch {
    return null
  }
}

/** @param text what `ps -o rss=,time=` prints: kilobytes, then [[days-]hours:]minutes:seconds */
export function parsePsFigures(text: string): ProcessFigures | null {
  const [kilobytes, time] = text.trim().split(/\s+/)
  if (!kilobytes || !time) return null
  const [clock = '', days = '0'] = time.split('-').reverse()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return { memoryMb: Number(kilobytes) / 1024, cpuSeconds: Number(days) * 86_400 + seconds }
}

function linuxFigures(pid: number): ProcessFigures | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    const fields = linuxStat(pid)
    if (!kilobytes || !fields) return null // Already dead, not yet collected.
    return {
      memoryMb: Number(kilobytes) / 1024,
      cpuSeconds: (Number(fields[11]) + Number(fields[12])) / linuxTicksPerSecond,
    }
  } catch {
    return null
  }
}

/** The fields of /proc/PID/stat from `state` on: the name before them may hold spaces and brackets. */
function linuxStat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return null
  }
}

/**
 * What tells a process from a later one with the same id. On Linux the tick it began at, exact within one boot.
 * @returns null when there is none, or the system does not say at once
 */
export function linuxBirth(pid: number): string | null {
  if (process.platform !== 'linux') return null
  const fields = linuxStat(pid)
  if (!fields || fields[0] === 'Z') return null
  try {
    bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${bootId}:${fields[19]}`
  } catch {
    return null
  }
}

/** @returns when the process began (ms since epoch, to the second); null when there is no such process */
export async function processStartedAt(pid: number): Promise<number | null> {
  const [command, args] =
    process.platform === 'win32'
      ? ['powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`]]
      : ['ps', ['-o', 'lstart=', '-p', String(pid)]]
  try {
    const { stdout } = await run(command, args as string[], { env: { ...process.env, LC_ALL: 'C' } })
    const startedAt = Date.parse(stdout.trim())
    return Number.isNaN(startedAt) ? null : startedAt
  } catch {
    return null
  }
}
