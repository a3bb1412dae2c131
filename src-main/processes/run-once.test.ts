import { expect, test } from 'vitest'
import { findFfmpeg } from './find-ffmpeg'
import { runOnce, runToEnd } from './run-once'
import { recordStates } from './testing/states'

const node = process.execPath
const base = { name: 'test', job: 'test', command: node }

test('a second of sound comes out of ffmpeg whole, and its record tells start and end', async () => {
  const ffmpeg = await findFfmpeg()
  if (!ffmpeg.found) throw new Error(ffmpeg.message)
  const states = recordStates()
  const args = ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1:r=48000', '-ac', '2', '-f', 'f32le', 'pipe:1']
  const { exit, stdout } = await runToEnd({ ...base, command: ffmpeg.path, args, onState: states.onState })
  expect(exit).toMatchObject({ reason: 'exited', ok: true, code: 0, stderrTail: '' })
  expect(stdout.length).toBe(48_000 * 2 * 4)
  await states.until((one) => one.state === 'stopped')
  expect(states.names).toEqual(['running', 'stopped'])
})

test('what a process printed can be read at leisure after it has ended', async () => {
  const child = runOnce({ ...base, args: ['-e', 'process.stdout.write("x".repeat(50000))'] })
  let length = 0
  for await (const piece of child.stdout ?? []) {
    await child.done
    length += (piece as Buffer).length
  }
  expect(length).toBe(50_000)
})

test('how it ended is told: code and last words, stopped, timed out, too much output', async () => {
  const failed = await runToEnd({ ...base, args: ['-e', 'console.error("a\\nlast words"); process.exit(7)'] })
  expect(failed.exit).toMatchObject({ ok: false, code: 7, stderrTail: 'a\nlast words' })
  expect(failed.exit.message).toBe('test ended with code 7: last words')
  const reason = ['-e', 'console.error("No such stream key\\nConversion failed!\\n"); process.exit(1)']
  expect((await runToEnd({ ...base, args: reason })).exit.message).toBe('test ended with code 1: No such stream key')
  const forever = ['-e', 'setInterval(() => {}, 1000)']
  const late = await runToEnd({ ...base, args: forever, timeoutSeconds: 0.2 })
  expect(late.exit).toMatchObject({ reason: 'timeout', message: 'test: it took longer than 0.2 s.' })
  const controller = new AbortController()
  const aborted = runToEnd({ ...base, args: forever, signal: controller.signal })
  controller.abort()
  expect((await aborted).exit).toMatchObject({ reason: 'stopped', ok: false })
  expect((await runToEnd({ ...base, args: forever, signal: AbortSignal.abort() })).exit.reason).toBe('stopped')
  const wordy = await runToEnd(
    { ...base, args: ['-e', 'const go = () => process.stdout.write("x".repeat(1000), go); go()'] },
    100_000,
  )
  expect(wordy.exit).toMatchObject({ ok: false, message: 'test: it printed more than 100000 bytes.' })
})

test('a child that ends while it is being written to disturbs nobody', async () => {
  const child = runOnce({ ...base, args: ['-e', 'process.exit(0)'] })
  for (let count = 0; count < 50; count += 1) child.stdin?.write(Buffer.alloc(64 * 1024))
  expect((await child.done).code).toBe(0)
})

test('error output without line breaks, or with status lines, is never the whole memory', async () => {
  const script =
    'for (let n = 0; n < 200; n++) process.stderr.write("x".repeat(10000)); process.stderr.write("\\rframe=1\\rframe=2\\n")'
  const lines: string[] = []
  const { exit } = await runToEnd({ ...base, args: ['-e', script], onStderrLine: (line) => lines.push(line) })
  expect(exit.stderrTail.length).toBeLessThan(25_000)
  expect(lines.slice(-2)).toEqual(['frame=1', 'frame=2'])
})

test('work of low priority gives way', async () => {
  const { stdout } = await runToEnd({
    ...base,
    args: ['-e', 'setTimeout(() => console.log(require("os").getPriority()), 100)'],
    nice: 15,
  })
  expect(stdout.toString().trim()).toBe('15')
})
