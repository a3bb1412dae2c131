import type { StateChange, StationState } from '@contract/station'
import { beforeEach, describe, expect, it } from 'vitest'
import { mayAs } from './me'
import { useStation } from './station'

const snapshot = (name: string) =>
  ({ station: { name }, air: { onAir: false }, queue: [], log: [] }) as unknown as StationState
const change = (seq: number, state: Partial<StationState>): StateChange => ({ seq, state })

describe('what the studio knows of the station', () => {
  beforeEach(() => useStation.setState({ state: null, seq: 0 }))
  const { apply } = useStation.getState()

  it('shows nothing before the first snapshot, even when a change comes first', () => {
    apply(change(1, { queue: [] }))
    expect(useStation.getState().state).toBeNull()
    apply(change(2, snapshot('Radio One')))
    expect(useStation.getState().state?.station.name).toBe('Radio One')
  })

  it('replaces the topics that changed and keeps the others as they were', () => {
    apply(change(1, snapshot('Radio One')))
    const before = useStation.getState().state
    apply(change(2, { air: { onAir: true } as StationState['air'] }))
    const after = useStation.getState().state
    expect(after?.air.onAir).toBe(true)
    expect(after?.queue).toBe(before?.queue)
    expect(useStation.getState().seq).toBe(2)
  })

  it('takes the snapshot of a new connection in place of everything', () => {
    apply(change(9, snapshot('Radio One')))
    apply(change(1, snapshot('Radio Two')))
    expect(useStation.getState().state?.station.name).toBe('Radio Two')
  })
})

describe('roles', () => {
  const as = (role: 'owner' | 'presenter' | 'viewer') => ({ personId: 1, name: 'Ines', role, via: 'session' as const })

  it('may do what lesser roles may, and nothing of greater ones', () => {
    expect(mayAs(as('owner'), 'programmer')).toBe(true)
    expect(mayAs(as('presenter'), 'presenter')).toBe(true)
    expect(mayAs(as('viewer'), 'presenter')).toBe(false)
  })

  it('nobody may do anything before the station has said who they are', () => {
    expect(mayAs(null, 'viewer')).toBe(false)
  })
})
