// Processes beside a measurement: started, asked for lines of JSON, weighed by the processor time they took.
import { accessSync, constants, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Child, runOnce } from '../src-main/processes'

export interface Background {
  pid: number
  /** The next line of JSON that has this key. @throws when the process ends before, or after three minutes */
  line<Value>(key: string): Promise<Value>
  /** Seconds of processor it has taken so far. */
  cpuSeconds(): number
  stop(): Promise<void>
}

export function startNode(name: string, script: string, args: readonly (string | number)[] = []): Background {
  return start(name, process.execPath, [script, ...args.map(String)])
}

export function start(name: string, command: string, args: readonly string[]): Background {
  const child = runOnce({ name, job: 'bench', command, args, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = linesOf(child)
  return {
    pid: child.pid ?? 0,
    line: lines,
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0),
    stop: async () => void (await child.kill()),
  }
}

function linesOf(child: Child): Background['line'] {
  const heard: Record<string, unknown>[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  let ended = ''
  const look = () => {
    for (const call of [...waiting]) call()
  }
  child.stdout?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part.startsWith('{')) heard.push(JSON.parse(part))
    look()
  })
  void child.done.then((exit) => {
    ended = `${exit.message} ${exit.stderrTail}`
    look()
  })
  return <Value>(key: string) =>
    new Promise<Value>((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(new Error(`No ${key} within three minutes.`))), 180_000)
      const finish = (call: () => void) => {
        clearTimeout(timer)
        waiting.delete(check)
        call()
      }
      const check = () => {
        const index = heard.findIndex((line) => key in line)
        const [line] = index < 0 ? [] : heard.splice(index, 1)
        if (line) finish(() => resolve(line[key] as Value))
        else if (ended) finish(() => reject(new Error(ended)))
      }
      waiting.add(check)
      check()
    })
}

const ticksPerSecond = 100

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits until something listens on the port. */
export async function portOpen(port: number, path = '/'): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error(`Nothing answers on port ${port}${path}.`)
}

/** @returns where a server program is, or null; they often lie outside the PATH of a person */
export function serverProgram(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  for (const folder of folders) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // Not there.
    }
  }
  return null
}
