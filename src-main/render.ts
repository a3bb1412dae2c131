// `npm run render`: what the station would play, as a file with its log beside it. The door of `station/render-station.ts`.
import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { StationError } from '@contract/errors'
import { createWavFile, longestWavSeconds } from './playout'
import { helpText, parseLaunchOptions, parseStartTime, renderStation } from './station'

const appDir = join(import.meta.dirname, '../..')
const usualSeconds = 600

const help = `npm run render -- --out FILE.wav [--from TIME] [--duration S] [flags]

  --out FILE.wav   Where the sound goes: 16 bits, stereo, 48 kHz. The log is written beside it as JSON.
  --from TIME      When it begins: 22:30 (the next one, in the station's time zone), 2027-01-31T22:30, or the same
                   with Z or an offset. Default: now.
  --duration S     How many seconds. Default: ${usualSeconds}.

The station is copied and not changed; it may be on air meanwhile. It begins with what it has in its queue now.
All flags of npm run station may follow:

`

interface RenderFlags {
  out: string
  from: string | undefined
  seconds: number
}

/** Takes the flags of this command out. @returns them, and the rest for the station */
function ownFlags(args: readonly string[]): { flags: Partial<RenderFlags> & { duration?: string }; rest: string[] } {
  const options = { out: { type: 'string' }, from: { type: 'string' }, duration: { type: 'string' } } as const
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const flags: Record<string, string> = {}
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !(token.name in options)) continue
    if (token.value === undefined) throw new StationError('validation', `--${token.name} needs a value.`)
    flags[token.name] = token.value
    taken.add(token.index)
    if (!token.inlineValue) taken.add(token.index + 1)
  }
  return { flags, rest: args.filter((_, index) => !taken.has(index)) }
}

function checkedFlags({ out, from, duration }: ReturnType<typeof ownFlags>['flags']): RenderFlags {
  if (!out) throw new StationError('validation', 'Name the file with --out FILE.wav.')
  const path = resolve(out)
  try {
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    throw new StationError('unavailable', `The folder ${dirname(path)} is not there or cannot be written.`, undefined, {
      cause: error,
    })
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new StationError('validation', `${path} is a folder; --out takes the name of a file.`)
  }
  const seconds = duration === undefined ? usualSeconds : Number(duration)
  if (!(seconds > 0 && seconds <= longestWavSeconds)) {
    throw new StationError('validation', `--duration takes seconds, more than 0 and at most ${longestWavSeconds}.`)
  }
  return { out: path, from, seconds }
}

async function main(): Promise<void> {
  const { flags, rest } = ownFlags(process.argv.slice(2))
  const launch = parseLaunchOptions(rest)
  if (launch.help) {
    process.stdout.write(help + helpText())
    return
  }
  const { out, from, seconds } = checkedFlags(flags)
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort())
  const began = performance.now()
  const part = `${out}.part`
  const wav = await createWavFile(part)
  try {
    const rendered = await renderStation({
      launch,
      seconds,
      resourcesDir: join(appDir, 'resources'),
      startMs: (timezone) => parseStartTime(from, timezone, Date.now()),
      environment: process.env,
      write: (samples) => wav.write(samples),
      signal: stopped.signal,
    })
    const writtenSeconds = await wav.close()
    renameSync(part, out)
    const log = `${out.replace(/\.wav$/i, '')}.json`
    writeFileSync(log, `${JSON.stringify(asLog(rendered, writtenSeconds), null, 2)}\n`)
    const elapsedSeconds = (performance.now() - began) / 1000
    const speed = Math.round((10 * writtenSeconds) / elapsedSeconds) / 10
    process.stdout.write(`${JSON.stringify({ event: 'done', out, log, seconds: writtenSeconds, speed })}\n`)
  } finally {
    rmSync(part, { force: true })
  }
  if (stopped.signal.aborted) process.exitCode = 130
}

function asLog({ station, startMs, items }: Awaited<ReturnType<typeof renderStation>>, seconds: number) {
  return {
    station,
    from: new Date(startMs).toISOString(),
    durationSeconds: seconds,
    sampleRateHz: 48_000,
    items: items.map(({ id: _, listenersAtStart: __, startedAt, endedAt, ...item }) => ({
      ...item,
      startSeconds: (startedAt - startMs) / 1000,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    })),
  }
}

main().catch((error: unknown) => {
  const clear = error instanceof StationError
  process.stderr.write(clear ? `${error.message}\n` : `The render failed: ${(error as Error).stack ?? error}\n`)
  process.exit(clear ? 2 : 1)
})
