// The one place where a process is started. On Linux the kernel ends the child with the thread that started it, kill -9
// included; elsewhere the end of its input does, or the sweep of the next start.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename } from 'node:path'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { notePid, writeNotesTo } from './pid-files'

export type Stdio = 'pipe' | 'ignore'

export interface SpawnOptions {
  name: string
  command: string
  args: readonly string[]
  stdio: readonly Stdio[]
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** 0 is usual, 19 gives way to everything. */
  nice?: number
}

export const wrapperKey = 'wavedesk.setpriv'
const living = new Set<ChildProcess>()
let exitHooked = false

/**
 * Sets where notes of running children are kept, for this thread and every worker started after it. Call it once at the
 * start: workers then also know how to tie their children to them without trying it out each.
 */
export function keepPidsIn(folder: string): void {
  writeNotesTo(folder)
  deathSignalWrapper()
}

/** Starts a process that cannot outlive this thread. A command that is not there shows as the child's `error` or exit. */
export function spawnChild(options: SpawnOptions): ChildProcess {
  const wrapper = deathSignalWrapper()
  const command = wrapper || options.command
  const args = wrapper ? ['--pdeathsig', 'KILL', '--', options.command, ...options.args] : options.args
  const child = spawn(command, args as string[], {
    stdio: options.stdio as Stdio[],
    env: options.env ?? process.env,
    cwd: options.cwd,
    windowsHide: true,
    // A group of its own: Ctrl-C in the terminal reaches the station, which then closes its children in order.
    detached: process.platform !== 'win32',
  })
  if (child.pid !== undefined) keepTrack(child, child.pid, options)
  return child
}

/** Ends the child and whatever it started, at once. */
export function killHard(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
}

function keepTrack(child: ChildProcess, pid: number, options: SpawnOptions): void {
  const forget = notePid(pid, options.name)
  living.add(child)
  child.once('exit', () => {
    living.delete(child)
    forget()
  })
  if (options.nice) {
    try {
      setPriority(pid, options.nice)
    } catch {
      // Already gone, or not allowed: it runs at the usual priority.
    }
  }
  if (exitHooked) return
  exitHooked = true
  process.once('exit', () => {
    for (const left of living) killHard(left)
  })
}

/** @returns the path of a setpriv that knows --pdeathsig, or '' ; tried once, and known to workers started later */
function deathSignalWrapper(): string {
  const known = getEnvironmentData(wrapperKey)
  if (typeof known === 'string') return known
  const found = process.platform === 'linux' ? (['/usr/bin/setpriv', '/bin/setpriv'].find(worksAsWrapper) ?? '') : ''
  setEnvironmentData(wrapperKey, found)
  return found
}

function worksAsWrapper(path: string): boolean {
  try {
    if (basename(realpathSync(path)) !== 'setpriv') return false // busybox has one without the option.
  } catch {
    return false
  }
  return spawnSync(path, ['--pdeathsig', 'KILL', '--', 'true'], { stdio: 'ignore' }).status === 0
}
