// `npm run drill`: holds fire drills from the command line, on a station made for it or on one that runs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { type DrillKind, type DrillRun, type DrillsState, drillKinds } from '@contract/drills'
import { StationError } from '@contract/errors'
import { openStation, parseLaunchOptions } from './station'

const appDir = join(import.meta.dirname, '../..')
const askEveryMs = 250
const startSeconds = 60

const help = `npm run drill -- [flags] [drill …]

  --list           Lists the drills.
  --control URL    Holds them on the station that runs at this address (an owner's key in WAVEDESK_API_KEY).
                   Default: a station of its own, with the demo music, in a folder that is removed afterwards.
  --output NAME    Whose encoder is killed and whose listener is watched: mp3, aac, opus or hls.
  --yes            Do not ask.
  --json           Prints each result as a line of JSON.

Drills: ${drillKinds.join(', ')}. All, one after the other, unless named.
The exit code is 1 when a listener missed more than promised.
`

interface Desk {
  list(): Promise<DrillsState>
  run(kind: DrillKind, output: DrillRun['output'] | undefined): Promise<DrillRun>
  close(): Promise<void>
}

/** A running station, over its API. */
function remoteDesk(control: string): Desk {
  const call = async (method: string, body?: unknown) => {
    let response: Response
    try {
      response = await fetch(new URL('/api/drills', control), {
        method,
        headers: {
          authorization: `Bearer ${process.env['WAVEDESK_API_KEY'] ?? ''}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      throw new StationError('unavailable', `No station answers at ${control}.`, undefined, { cause: error })
    }
    const answer = (await response.json()) as { error?: { code: 'validation'; message: string } }
    if (answer.error) throw new StationError(answer.error.code, answer.error.message)
    return answer as unknown
  }
  return {
    list: async () => (await call('GET')) as DrillsState,
    run: async (kind, output) =>
      (await call('POST', { kind, ...(output ? { output } : {}), understood: true })) as DrillRun,
    close: async () => {},
  }
}

/** A station of its own: nobody else's listeners are hurt. */
async function rehearsalDesk(): Promise<Desk> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wavedesk-drill-'))
  const launch = parseLaunchOptions([
    ...['--data-dir', dataDir, '--port', '0', '--listen-port', '0', '--rtmp-port', '0', '--demo', '--on-air'],
  ])
  const station = await openStation({ appDir, resourcesDir: join(appDir, 'resources'), launch, door: 'headless' })
  const { drills } = station.rooms
  return {
    list: async () => drills.list({}),
    run: async (kind, output) => drills.run({ kind, output: output as 'mp3' | undefined, understood: true }),
    async close() {
      await station.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function whenAsked(desk: Desk, holds: (state: DrillsState) => boolean, seconds: number): Promise<DrillsState> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    // A suspended station does not answer, and cuts old connections when it wakes.
    const state = await desk.list().catch(() => null)
    if (state && holds(state)) return state
    if (performance.now() > end) throw new StationError('unavailable', state?.drills[0]?.unavailable ?? 'No answer.')
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
  }
}

async function hold(desk: Desk, kind: DrillKind, output: string | undefined): Promise<DrillRun> {
  await whenAsked(desk, ({ drills }) => drills[0]?.unavailable === null, startSeconds)
  const { id } = await desk.run(kind, output)
  const isOver = ({ runs }: DrillsState) => runs.some((run) => run.id === id && run.state !== 'running')
  const { runs } = await whenAsked(desk, isOver, 300)
  return runs.find((run) => run.id === id) as DrillRun
}

const told = (run: DrillRun): string => {
  if (run.state !== 'done') return `  not held: ${run.problem ?? run.state}`
  const others = run.others.map(({ output, missedSeconds }) => `, ${output} ${missedSeconds} s`).join('')
  const verdict = run.kept ? 'kept' : 'NOT KEPT'
  return `  missed ${run.missedSeconds} s (promised: at most ${run.promisedSeconds} s)${others}: ${verdict}`
}

async function agreed(names: readonly DrillKind[], state: DrillsState, where: string): Promise<boolean> {
  process.stderr.write(`Something will really be broken on ${where}:\n`)
  for (const { kind, sentence, warning } of state.drills) {
    if (names.includes(kind)) process.stderr.write(`  ${kind}: ${sentence} ${warning}\n`)
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await asking.question('Type yes to go on: ')
  asking.close()
  return answer.trim().toLowerCase() === 'yes'
}

function readFlags() {
  const [flag, text] = [{ type: 'boolean' }, { type: 'string' }] as const
  const options = { list: flag, yes: flag, json: flag, help: flag, control: text, output: text }
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    const unknown = positionals.find((name) => !(drillKinds as readonly string[]).includes(name))
    if (unknown) throw new Error(`There is no drill “${unknown}”; there are ${drillKinds.join(', ')}.`)
    return { values, kinds: (positionals.length > 0 ? positionals : drillKinds) as readonly DrillKind[] }
  } catch (error) {
    throw new StationError('validation', (error as Error).message)
  }
}

async function main(): Promise<number> {
  const { values, kinds } = readFlags()
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const desk = values.control ? remoteDesk(values.control) : await rehearsalDesk()
  try {
    const state = await desk.list()
    if (values.list) {
      for (const { kind, sentence, promisedSeconds } of state.drills)
        process.stdout.write(`${kind}: ${sentence} At most ${promisedSeconds} s without sound.\n`)
      return 0
    }
    const where = values.control ? `the station at ${values.control}` : 'a station made for the drill'
    if (!values.yes && values.control && !(await agreed(kinds, state, where))) return 0
    let kept = true
    for (const kind of kinds) {
      const { sentence = '' } = state.drills.find((drill) => drill.kind === kind) ?? {}
      if (!values.json) process.stdout.write(`${kind}: ${sentence}\n`)
      const run = await hold(desk, kind, values.output)
      process.stdout.write(`${values.json ? JSON.stringify(run) : told(run)}\n`)
      kept &&= run.kept === true
    }
    return kept ? 0 : 1
  } finally {
    await desk.close()
  }
}

main()
  .then((code) => process.exit(code))
  .catch((error: unknown) => {
    const clear = error instanceof StationError
    process.stderr.write(clear ? `${error.message}\n` : `The drill broke off: ${(error as Error).stack ?? error}\n`)
    process.exit(clear ? 2 : 1)
  })
