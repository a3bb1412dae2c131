// What happened to each destination: since when its state holds, what its history says, and whether an incident is open.
import type { Destination } from '@contract/outputs'
import type { Incidents } from '../../monitoring'
import type { DestinationStore } from './destination-store'

type State = Destination['state']
const down: readonly State[] = ['retrying', 'stalled', 'failed']

export class DestinationRecord {
  private readonly states = new Map<number, { state: State; since: number }>()
  private readonly told = new Map<number, string>()
  private readonly noted = new Map<number, { state: State; message: string | null }>()

  constructor(
    private readonly store: DestinationStore,
    private readonly incidents: Pick<Incidents, 'raise' | 'resolve'>,
    private readonly now: () => number,
  ) {}

  /** @returns when the present state began, as far as this run of the station knows */
  since(id: number, state: State): number {
    const known = this.states.get(id)
    if (known?.state === state) return known.since
    const since = this.now()
    this.states.set(id, { state, since })
    return since
  }

  /** @returns whether this is news */
  follow(destination: Destination): boolean {
    const { id, state, message } = destination
    const words = `${state} ${message}`
    if (this.told.get(id) === words) return false
    const first = !this.told.has(id)
    this.told.set(id, words)
    if (!first || state !== 'off') this.note(id, state, message)
    this.raiseOrResolve(destination)
    return true
  }

  forget(id: number): void {
    this.states.delete(id)
    this.told.delete(id)
    this.noted.delete(id)
    this.incidents.resolve('outputs', 'pushDown', String(id))
  }

  /** A night of attempts is one entry, not a thousand: what came before it stays readable. */
  private note(id: number, state: State, message: string | null): void {
    const last = this.noted.get(id)
    if (state === 'starting' && last && down.includes(last.state)) return
    if (last?.state === state && last.message === message) return
    this.noted.set(id, { state, message })
    this.store.note(id, { at: this.now(), state, message })
  }

  private raiseOrResolve({ id, name, state, message, nextAttemptAt }: Destination): void {
    if (state === 'running' || state === 'off') this.incidents.resolve('outputs', 'pushDown', String(id))
    if (!down.includes(state)) return
    this.incidents.raise({
      ...{ area: 'outputs', code: 'pushDown', subject: String(id), severity: 'degraded' },
      cause: `${name} is not reached. ${message ?? ''}`.trim(),
      effect: 'Its audience hears nothing; every other output goes on.',
      recovery:
        state === 'failed'
          ? { kind: 'operator', action: 'Enter its key again.' }
          : { kind: 'retry', retryAt: nextAttemptAt, action: 'Retry now' },
    })
  }
}
