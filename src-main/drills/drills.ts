// The room of fire drills: breaks one thing of the running station on purpose, and measures with listeners of its own
// what that costs. One at a time; whatever is broken is mended when the drill ends, however it ends.
import { type DrillKind, type DrillRun, type DrillsState, drillKinds } from '@contract/drills'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Operations } from '@contract/operations'
import type { Output } from '@contract/outputs'
import { createTolerantWrites, type Incidents, type Log } from '../monitoring'
import { DrillHistory } from './drill-history'
import { type DrillListener, openDrillListener } from './drill-listener'
import { type DrillEntry, drillTable } from './drill-table'
import { dropBallast } from './faults/disk-quota'
import { type FaultDeps, type FaultRun, pause, waitUntil } from './faults/fault'

export interface DrillsDeps extends FaultDeps {
  events: Pick<EventBus, 'emit'>
  log: Log
  incidents: Pick<Incidents, 'raise' | 'resolve'>
  outputs(): Output[]
  /** Where listeners on this computer find the station, without a slash at its end. */
  listenUrl(): string
}

export interface Drills {
  state(): DrillsState
  readonly operations: Operations<'drills'>
  close(): Promise<void>
}

type OutputId = NonNullable<Parameters<Operations<'drills'>['run']>[0]['output']>

/** Where a player connects. */
const addresses: Record<OutputId, string> = {
  mp3: '/stream.mp3',
  aac: '/stream.aac',
  opus: '/stream.opus',
  hls: '/hls/live.m3u8',
}
const steadySeconds = 4
/** What is broken shows at the end of a listener's buffer. */
const afterSeconds: Record<OutputId, number> = { mp3: 5, aac: 5, opus: 5, hls: 12 }
/** The others are counted from their own buffers, whose ends are less exact. */
const toleranceSeconds = 0.5

export function createDrills(deps: DrillsDeps): Drills {
  return new DrillsRoom(deps)
}

class DrillsRoom implements Drills {
  readonly operations: Operations<'drills'>
  private readonly history: DrillHistory
  private readonly write
  private current: { run: DrillRun; stop: AbortController; done: Promise<void> } | null = null

  constructor(private readonly deps: DrillsDeps) {
    this.write = createTolerantWrites(deps)
    this.write(() => dropBallast(deps.db))
    this.history = new DrillHistory(deps.db)
    this.operations = {
      list: () => this.state(),
      run: ({ kind, output }) => this.start(kind, output),
      cancel: ({ id }) => this.cancel(id),
    }
  }

  state(): DrillsState {
    const unavailable = this.whyNot()
    const running = this.current?.run
    return {
      drills: drillTable.map(({ kind, sentence, warning, promisedSeconds }) => ({
        ...{ kind, sentence, warning, promisedSeconds, unavailable },
      })),
      // The database lags behind while a drill takes away its room.
      runs: this.history.newest().map((run) => (run.id === running?.id ? running : run)),
    }
  }

  async close(): Promise<void> {
    this.current?.stop.abort(new StationError('unavailable', 'The station is closing.'))
    await this.current?.done
  }

  private whyNot(): string | null {
    if (this.current) return 'A drill is being held.'
    if (this.deps.airItem() === null) return 'The station is off air: there is nothing to miss.'
    if (this.running().length === 0) return 'No output runs that could be listened to.'
    return null
  }

  private running(): OutputId[] {
    const ids = Object.keys(addresses) as OutputId[]
    const states = new Map(this.deps.outputs().map(({ id, state }) => [id, state]))
    return ids.filter((id) => states.get(id) === 'running')
  }

  private async start(kind: DrillKind, wanted: OutputId | undefined): Promise<DrillRun> {
    const why = this.whyNot()
    if (why) throw new StationError('conflict', why)
    const entry = drillTable.find((candidate) => candidate.kind === kind) ?? drillTable[drillKinds.indexOf(kind)]
    const output = wanted ?? (this.running()[0] as OutputId)
    if (!entry || !this.running().includes(output))
      throw new StationError('conflict', `The output ${output} does not run.`)
    const begun = {
      ...{ kind, output, state: 'running' as const, startedAt: Date.now(), endedAt: null, missedSeconds: null },
      ...{ promisedSeconds: entry.promisedSeconds, kept: null, others: [], steps: [], problem: null },
    }
    const run: DrillRun = { ...begun, id: this.history.add(begun) }
    const stop = new AbortController()
    this.deps.log.warn('A fire drill begins.', { drill: kind, output })
    const done = this.hold(entry, run, output, stop.signal)
    this.current = { run, stop, done }
    this.changed()
    return run
  }

  private async cancel(id: number): Promise<DrillRun> {
    const { current } = this
    if (!current || current.run.id !== id) throw new StationError('conflict', 'This drill is not being held.')
    current.stop.abort(new StationError('conflict', 'It was broken off.'))
    await current.done
    return current.run
  }

  /** Never rejects. */
  private async hold(entry: DrillEntry, run: DrillRun, output: OutputId, signal: AbortSignal): Promise<void> {
    const { deps } = this
    const bystander = this.running().find((id) => id !== output)
    const watched = bystander ? [output, bystander] : [output]
    const listeners = new Map(
      watched.map((id) => [id, openDrillListener(id, deps.listenUrl() + addresses[id], deps.ffmpegPath)]),
    )
    const note = (text: string) => {
      run.steps = [...run.steps, { at: Date.now(), text }]
      this.changed()
    }
    const begin = () => {
      for (const listener of listeners.values()) listener.begin()
    }
    const fault: FaultRun = { output, signal, note, begin }
    try {
      await settle(fault, listeners)
      note(`Listeners of ${watched.join(' and ')} play.`)
      const outside = await entry.fault(deps, fault)
      await pause(fault, Math.max(...watched.map((id) => afterSeconds[id])))
      const missed = watched.map((id) => rounded(listeners.get(id)?.missedSeconds() ?? 0))
      const [own = 0, ...others] = missed
      Object.assign(run, {
        state: 'done',
        missedSeconds: outside === null ? own : rounded(outside),
        others: [
          ...(outside === null ? [] : [{ output, missedSeconds: own }]),
          ...others.map((missedSeconds) => ({ output: bystander as string, missedSeconds })),
        ],
      })
      run.kept = isKept(entry, run)
    } catch (error) {
      Object.assign(run, {
        state: signal.aborted ? 'cancelled' : 'failed',
        problem: error instanceof StationError ? error.message : `The drill broke off: ${String(error)}`,
      })
    }
    await Promise.all([...listeners.values()].map((listener) => listener.close()))
    run.endedAt = Date.now()
    this.deps.log.warn('A fire drill is over.', { drill: run.kind, state: run.state, missedSeconds: run.missedSeconds })
    this.current = null
    this.write(() => this.history.put(run))
    this.changed()
  }

  private changed(): void {
    this.deps.events.emit('drills.changed', {})
  }
}

/** Waits until every listener plays and misses nothing. */
async function settle(run: FaultRun, listeners: ReadonlyMap<string, DrillListener>): Promise<void> {
  const all = [...listeners.values()]
  const heard = await waitUntil(run, 30, () => all.every(({ heardSeconds }) => heardSeconds >= steadySeconds))
  if (!heard) throw new StationError('unavailable', 'The drill listeners heard nothing within 30 seconds.')
}

/** A fault of one output or destination costs the others nothing; those of the program cost all the same. */
function isKept(entry: DrillEntry, run: DrillRun): boolean {
  const ofOne = entry.kind === 'encoder' || entry.kind === 'destination'
  const allowed = (ofOne ? 0 : entry.promisedSeconds) + toleranceSeconds
  return (
    (run.missedSeconds ?? 0) <= entry.promisedSeconds &&
    run.others.every(({ missedSeconds }) => missedSeconds <= allowed)
  )
}

const rounded = (seconds: number) => Math.round(seconds * 100) / 100
