import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sweepPidFolder } from './pid-files'
import { linuxBirth, parsePsFigures, processStartedAt, readProcessFigures } from './process-figures'
import parentProgram from './testing/orphan-parent?modulePath'

let folder: string
const started: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-pids-'))
})

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

async function untilGone(pids: number[]): Promise<void> {
  const deadline = Date.now() + 5000
  while (pids.some(isAlive)) {
    if (Date.now() > deadline) throw new Error(`still running after 5 s: ${pids.filter(isAlive)}`)
    await pause(10)
  }
}

async function startParent(mode = ''): Promise<{ parent: ChildProcess; pids: number[] }> {
  const parent = spawn(process.execPath, [parentProgram, folder, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(parent)
  const [line] = await once(parent.stdout!, 'data')
  const pids = JSON.parse(String(line)) as number[]
  expect(pids).toHaveLength(2)
  return { parent, pids }
}

const onLinux = describe.runIf(process.platform === 'linux' && existsSync('/usr/bin/setpriv'))

onLinux('children of the main thread and of a worker', () => {
  test('are gone after kill -9 of the station', async () => {
    const { parent, pids } = await startParent()
    expect(pids.every(isAlive)).toBe(true)
    parent.kill('SIGKILL')
    await untilGone(pids)
  })

  test('are gone after the station ends by itself', async () => {
    const { pids } = await startParent('exit')
    await untilGone(pids)
  })

  test('are gone with the worker that started them, while the others go on', async () => {
    const { pids } = await startParent('end-worker')
    await untilGone([pids[1] ?? 0])
    expect(isAlive(pids[0] ?? 0)).toBe(true)
  })
})

describe('the sweep at the next start', () => {
  test('ends what a killed station left behind', async () => {
    const { parent, pids } = await startParent('without-setpriv')
    const written = () => readdirSync(folder).filter((name) => statSync(join(folder, name)).size > 0)
    while (written().length < 2) await pause(5)
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    expect(pids.every(isAlive)).toBe(true)
    expect((await sweepPidFolder(folder)).sort()).toEqual(['in a worker', 'in the main thread'])
    await untilGone(pids)
    expect(readdirSync(folder)).toEqual([])
  })

  test('leaves a stranger alone that has got the same process id', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    started.push(stranger)
    const pid = stranger.pid ?? 0
    const birth = linuxBirth(pid)
    for (const other of [`${birth}0`, null]) {
      writeFileSync(
        join(folder, `${pid}.json`),
        JSON.stringify({ pid, name: 'x', startedAt: Date.now() - 60_000, birth: other }),
      )
      expect(await sweepPidFolder(folder)).toEqual([])
    }
    writeFileSync(join(folder, '77.json'), 'not a note')
    expect(await sweepPidFolder(folder)).toEqual([])
    expect(isAlive(pid)).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })

  test('knows a child by its start time where the kernel gives no exact birth', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    started.push(child)
    const pid = child.pid ?? 0
    expect(Math.abs(((await processStartedAt(pid)) ?? 0) - Date.now())).toBeLessThan(3000)
    writeFileSync(
      join(folder, `${pid}.json`),
      JSON.stringify({ pid, name: 'child', startedAt: Date.now(), birth: null }),
    )
    expect(await sweepPidFolder(folder)).toEqual(['child'])
    await untilGone([pid])
  })
})

test('memory and processor time of a process are read, in the form of Linux and of ps', async () => {
  const own = await readProcessFigures(process.pid)
  expect(own?.memoryMb).toBeGreaterThan(20)
  expect(own?.cpuSeconds).toBeGreaterThan(0)
  expect(await readProcessFigures(2 ** 22 + 1)).toBeNull()
  expect(parsePsFigures(' 20480   0:01.50\n')).toEqual({ memoryMb: 20, cpuSeconds: 1.5 })
  expect(parsePsFigures('1024 2-03:04:05')).toEqual({ memoryMb: 1, cpuSeconds: 2 * 86_400 + 3 * 3600 + 4 * 60 + 5 })
  expect(parsePsFigures('')).toBeNull()
})
