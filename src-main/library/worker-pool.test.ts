import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLog } from '../monitoring'
import { WorkerLost, WorkerPool } from './worker-pool'

const program = `
import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ number, request }) => {
  if (request === 'die') process.exit(3)
  if (request === 'throw') throw new Error('from inside')
  if (request === 'hang') for (;;);
  if (request === 'refuse') return parentPort.postMessage({ number, type: 'error', message: 'no', code: 'ENOENT' })
  if (request === 'parts') parentPort.postMessage({ number, type: 'part', value: 1 })
  parentPort.postMessage({ number, type: 'answer', value: request })
})`

let folder: string
let pool: WorkerPool
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-pool-'))
  writeFileSync(join(folder, 'worker.mjs'), program)
  pool = new WorkerPool({ path: join(folder, 'worker.mjs'), name: 'test', threads: 2, log: silentLog })
})
afterEach(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

it('answers every request, also more than it has threads', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => pool.run<number>(number)))
  expect(answers).toEqual(Array.from({ length: 50 }, (_, number) => number))
})

it('gives parts of an answer ahead, and errors with their code', async () => {
  const parts: unknown[] = []
  expect(await pool.run('parts', { onPart: (part) => parts.push(part) })).toBe('parts')
  expect(parts).toEqual([1])
  await expect(pool.run('refuse')).rejects.toMatchObject({ message: 'no', code: 'ENOENT' })
})

it('goes on when a thread dies, throws or hangs, and only that request fails', async () => {
  const bad = [pool.run('die'), pool.run('throw'), pool.run('hang', { timeoutSeconds: 0.5 })].map((request) =>
    request.then(
      () => null,
      (error: Error) => error,
    ),
  )
  const good = [1, 2, 3, 4].map((number) => pool.run(number))
  for (const error of await Promise.all(bad)) expect(error).toBeInstanceOf(WorkerLost)
  expect(await Promise.all(good)).toEqual([1, 2, 3, 4])
})

it('answers what is urgent while every thread is busy for long', async () => {
  const busy = [pool.run('hang'), pool.run('hang')].map((request) => request.catch(() => null))
  const later = pool.run('later').catch(() => 'closed')
  expect(await pool.run('now', { urgent: true })).toBe('now')
  await pool.close()
  await Promise.all(busy)
  expect(await later).toBe('closed')
})

it('refuses what waits when it is closed', async () => {
  const hanging = [pool.run('hang'), pool.run('hang'), pool.run(1)].map((request) =>
    request.then(
      () => null,
      (error: Error) => error,
    ),
  )
  await pool.close()
  for (const error of await Promise.all(hanging)) expect(error).toBeInstanceOf(WorkerLost)
  await expect(pool.run(2)).rejects.toBeInstanceOf(WorkerLost)
})
