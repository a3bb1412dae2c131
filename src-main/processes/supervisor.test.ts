import { describe, expect, test } from 'vitest'
import { createSupervisor, type SupervisedChild, type Supervisor, type SupervisorOptions } from './supervisor'
import { createFakeTimers } from './testing/fake-timers'
import { recordStates, type StateRecorder } from './testing/states'

const node = process.execPath
const waits = ['-e', 'process.stdin.resume().on("end", () => process.exit(0))']

function supervise(options: Partial<SupervisorOptions>): { supervisor: Supervisor; states: StateRecorder } {
  const states = recordStates()
  const supervisor = createSupervisor({
    name: 'test',
    job: 'test',
    command: node,
    args: () => waits,
    stallSeconds: null,
    onSpawn: () => {},
    ...options,
    onState: states.onState,
  })
  return { supervisor, states }
}

/** Lets a failing child end and moves time to its next attempt. */
async function pausesOf(count: number, options: Partial<SupervisorOptions>): Promise<number[]> {
  const timers = createFakeTimers()
  const { supervisor, states } = supervise({ timers, args: () => ['-e', 'process.exit(3)'], ...options })
  supervisor.start()
  const pauses: number[] = []
  for (let index = 0; index < count; index += 1) {
    const state = await states.until((one) => one.state === 'backingOff')
    const pauseMs = (state.nextAttemptAt ?? 0) - timers.epochMs()
    pauses.push(pauseMs / 1000)
    timers.advance(pauseMs - 1)
    expect(supervisor.state.state).toBe('backingOff')
    timers.advance(1)
    expect(supervisor.state.state).not.toBe('backingOff')
  }
  await supervisor.close()
  expect(timers.waiting).toBe(0)
  return pauses
}

describe('starting again', () => {
  test('a process that keeps failing is tried again after 1, 2, 4, 8, 16 and then every 30 seconds', async () => {
    expect(await pausesOf(7, { random: () => 0.5 })).toEqual([1, 2, 4, 8, 16, 30, 30])
  })

  test('pauses vary by up to 15 percent, so that many processes do not come back in step', async () => {
    expect(await pausesOf(2, { random: () => 0 })).toEqual([0.85, 1.7])
    expect(await pausesOf(2, { random: () => 1 })).toEqual([1.15, 2.3])
  })

  test('the first pause can be nothing, for jobs whose listeners are waiting', async () => {
    expect(await pausesOf(3, { backoffSeconds: [0, 1, 2], random: () => 0.5 })).toEqual([0, 1, 2])
  })

  test('after a minute of health the next pause is the first one again', async () => {
    const timers = createFakeTimers()
    const { supervisor, states } = supervise({ timers, random: () => 0.5 })
    supervisor.start()
    for (const pauseMs of [1000, 2000]) {
      const { pid } = await states.until((one) => one.state === 'running' && one.pid !== null)
      process.kill(pid ?? 0, 'SIGKILL')
      const state = await states.until((one) => one.state === 'backingOff')
      expect((state.nextAttemptAt ?? 0) - timers.epochMs()).toBe(pauseMs)
      expect(state.lastError).toContain('SIGKILL')
      timers.advance(pauseMs)
    }
    const { pid } = await states.until((one) => one.state === 'running' && one.pid !== null)
    timers.advance(60_000)
    expect(supervisor.state).toMatchObject({ state: 'running', lastError: null, restarts: 2 })
    process.kill(pid ?? 0, 'SIGKILL')
    const state = await states.until((one) => one.state === 'backingOff')
    expect((state.nextAttemptAt ?? 0) - timers.epochMs()).toBe(1000)
    await supervisor.close()
  })

  test('"retry now" ends the pause', async () => {
    const { supervisor, states } = supervise({ args: () => ['-e', 'process.exit(1)'], backoffSeconds: [3600] })
    supervisor.start()
    await states.until((one) => one.state === 'backingOff')
    supervisor.retryNow()
    expect(supervisor.state.state).toBe('running')
    expect(supervisor.state.nextAttemptAt).toBeNull()
    await states.until((one) => one.state === 'backingOff')
    await supervisor.close()
    expect(supervisor.state.state).toBe('stopped')
  })

  test('it gives up after the attempts it was given, and "retry now" tries again', async () => {
    const { supervisor, states } = supervise({
      args: () => ['-e', 'console.error("no such stream"); process.exit(1)'],
      maxAttempts: 2,
      backoffSeconds: [0],
    })
    supervisor.start()
    const failed = await states.until((one) => one.state === 'failed')
    expect(failed.lastError).toBe('test ended with code 1: no such stream')
    supervisor.retryNow()
    expect(supervisor.state.state).toBe('running')
    await supervisor.close()
  })

  test('a job that may end is not started again after code 0', async () => {
    const { supervisor, states } = supervise({ args: () => ['-e', ''], restart: 'onFailure' })
    supervisor.start()
    await states.until((one) => one.state === 'stopped')
    expect(states.names).toEqual(['starting', 'running', 'stopped'])
  })

  test('a program that does not exist is said in words, with and without a path', async () => {
    for (const command of ['/nowhere/ffmpeg', 'no-such-program']) {
      const { supervisor, states } = supervise({ command, args: () => [], maxAttempts: 1 })
      supervisor.start()
      const failed = await states.until((one) => one.state === 'failed')
      expect(failed.lastError).toContain(command)
      expect(failed.lastError).toMatch(/cannot be started|was not found/)
    }
  })

  test('arguments that cannot be made, and an owner that fails, count as failed starts', async () => {
    const unmade = supervise({
      args: () => {
        throw new Error('the stream key is missing')
      },
      maxAttempts: 1,
    })
    unmade.supervisor.start()
    expect(unmade.supervisor.state).toMatchObject({ state: 'failed', lastError: 'test: the stream key is missing' })
    const careless = supervise({
      onSpawn: () => {
        throw new Error('no room for its output')
      },
      maxAttempts: 1,
    })
    careless.supervisor.start()
    const failed = await careless.states.until((one) => one.state === 'failed')
    expect(failed).toMatchObject({ pid: null, lastError: 'test: no room for its output.' })
  })
})

describe('readiness and stalls', () => {
  test('states follow the job: starting, ready when it says so, running with its first progress', async () => {
    let child: SupervisedChild | undefined
    const { supervisor, states } = supervise({ readySeconds: 30, stallSeconds: 30, onSpawn: (one) => (child = one) })
    supervisor.start()
    expect(supervisor.state.state).toBe('starting')
    child?.ready()
    expect(supervisor.state.state).toBe('ready')
    child?.progress()
    expect(supervisor.state.state).toBe('running')
    await supervisor.close()
    expect(states.names).toEqual(['starting', 'ready', 'running', 'stopped'])
  })

  test('one that is not ready in time is started again', async () => {
    const timers = createFakeTimers()
    const { supervisor, states } = supervise({ timers, readySeconds: 5 })
    supervisor.start()
    timers.advance(4999)
    expect(supervisor.state.state).toBe('starting')
    timers.advance(1)
    const state = await states.until((one) => one.state === 'backingOff')
    expect(state.lastError).toBe('test: it was not ready within 5 s.')
    await supervisor.close()
  })

  test('one that makes no progress for 10 seconds is ended, although it ignores SIGTERM, and started again', async () => {
    const timers = createFakeTimers()
    let child: SupervisedChild | undefined
    const { supervisor, states } = supervise({
      timers,
      stallSeconds: undefined,
      args: () => ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'],
      onSpawn: (one) => (child = one),
    })
    supervisor.start()
    for (let second = 0; second < 30; second += 1) {
      timers.advance(1000)
      child?.progress()
    }
    timers.advance(9000)
    expect(supervisor.state.state).toBe('running')
    timers.advance(1000)
    const state = await states.until((one) => one.state === 'backingOff')
    expect(state.lastError).toBe('test: no progress for 10 s.')
    await supervisor.close()
  })

  test('a process that is frozen (SIGSTOP) is noticed and replaced', async () => {
    const { supervisor, states } = supervise({
      args: () => ['-e', 'setInterval(() => process.stdout.write("."), 20)'],
      stallSeconds: 1,
      backoffSeconds: [0],
      onSpawn: (child) => child.stdout?.on('data', () => child.progress()),
    })
    supervisor.start()
    const { pid } = await states.until((one) => one.state === 'running')
    process.kill(pid ?? 0, 'SIGSTOP')
    const next = await states.until((one) => one.state === 'running' && one.pid !== pid)
    expect(next).toMatchObject({ restarts: 1, lastError: 'test: no progress for 1 s.' })
    await supervisor.close()
  })

  test('one that grows past its memory limit is started again', async () => {
    const { supervisor, states } = supervise({
      args: () => [
        '-e',
        'const kept = Buffer.alloc(200e6, 1); process.stdin.resume().on("end", () => process.exit(kept[0]))',
      ],
      memoryLimitMb: 150,
      backoffSeconds: [60],
    })
    supervisor.start()
    const state = await states.until((one) => one.state === 'backingOff')
    expect(state.lastError).toBe('test: it grew past its limit of 150 MB.')
    await supervisor.close()
  })
})

describe('stopping', () => {
  test('closing its input is enough for a process that listens to it', async () => {
    const ends: unknown[] = []
    const { supervisor } = supervise({ onExit: (exit) => ends.push(exit) })
    supervisor.start()
    await supervisor.stop()
    expect(ends).toMatchObject([{ reason: 'stopped', code: 0, signal: null }])
  })

  test('one that does not is sent SIGTERM, and one that ignores that is killed', async () => {
    const signals: (string | null)[] = []
    for (const script of [
      'setInterval(() => {}, 1000)',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)',
    ]) {
      let isUp: () => void = () => {}
      const up = new Promise<void>((resolve) => {
        isUp = resolve
      })
      const { supervisor } = supervise({
        args: () => ['-e', `${script}; console.log("up")`],
        stopSeconds: { closeInput: 0.05, terminate: 0.1 },
        onSpawn: (child) => child.stdout?.once('data', isUp),
        onExit: (exit) => signals.push(exit.signal),
      })
      supervisor.start()
      await up
      await supervisor.stop()
      expect(supervisor.state).toMatchObject({ state: 'stopped', pid: null })
    }
    expect(signals).toEqual(['SIGTERM', 'SIGKILL'])
  })

  test('a start during a stop, and a restart, bring up a new process without a pause', async () => {
    const { supervisor, states } = supervise({ backoffSeconds: [3600] })
    supervisor.start()
    const first = supervisor.state.pid
    const stopped = supervisor.stop()
    supervisor.start()
    await stopped
    const second = (await states.until((one) => one.state === 'running' && one.pid !== first)).pid
    await supervisor.restart()
    const third = (await states.until((one) => one.state === 'running' && one.pid !== second)).pid
    expect(new Set([first, second, third]).size).toBe(3)
    expect(supervisor.state.restarts).toBe(0)
    await supervisor.close()
    supervisor.start()
    expect(supervisor.state.state).toBe('stopped')
  })

  test('a stop during a pause takes effect at once', async () => {
    const timers = createFakeTimers()
    const { supervisor, states } = supervise({ timers, args: () => ['-e', 'process.exit(1)'] })
    supervisor.start()
    await states.until((one) => one.state === 'backingOff')
    await supervisor.stop()
    expect(supervisor.state).toMatchObject({ state: 'stopped', nextAttemptAt: null })
    expect(timers.waiting).toBe(0)
  })
})

test('a stream key never shows in the record, the exit or the log', async () => {
  const key = '1234567:SecretStreamKey'
  const texts: string[] = []
  const log = (message: string, fields?: Record<string, unknown>) => texts.push(message, JSON.stringify(fields))
  const { supervisor, states } = supervise({
    args: () => [
      '-e',
      `console.error("Cannot open rtmps://dc4-1.rtmp.t.me/s/${key}: refused ${key}"); process.exit(1)`,
    ],
    secrets: [key],
    maxAttempts: 1,
    log: { debug: log, info: log, warn: log },
    onExit: (exit) => texts.push(JSON.stringify(exit)),
  })
  supervisor.start()
  const failed = await states.until((one) => one.state === 'failed')
  texts.push(JSON.stringify(failed))
  expect(failed.lastError).toContain('rtmps://dc4-1.rtmp.t.me/s/[hidden]')
  expect(texts.length).toBeGreaterThanOrEqual(6)
  expect(texts.join()).not.toContain('SecretStreamKey')
})
