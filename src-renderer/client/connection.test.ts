import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type Connection,
  ConnectionLostError,
  type ConnectionState,
  createConnection,
  type OpenLink,
  SignedOutError,
} from './connection'

/** A station whose connections the test opens and cuts. */
function fakeStation() {
  const cuts: (() => void)[] = []
  const answers: (() => Promise<OpenLink>)[] = []
  let opened = 0
  const link = (): OpenLink => {
    opened += 1
    const number = opened
    const closed = Promise.withResolvers<void>()
    cuts.push(closed.resolve)
    return {
      link: { call: async (path) => `${path.join('.')} over link ${number}` },
      closed: closed.promise,
      close: closed.resolve,
    }
  }
  return {
    open: () => (answers.shift() ?? (async () => link()))(),
    /** The next attempts end like this, in order. */
    expect: (...outcomes: ('refused' | 'signedOut')[]) =>
      answers.push(
        ...outcomes.map((outcome) => async () => {
          throw outcome === 'signedOut' ? new SignedOutError('Sign in first.') : new Error('refused')
        }),
      ),
    cut: () => cuts.at(-1)?.(),
    opened: () => opened,
  }
}

function connectTo(station: ReturnType<typeof fakeStation>) {
  const states: ConnectionState[] = []
  const lifetimes: AbortSignal[] = []
  const connection = createConnection({
    open: station.open,
    onState: (state) => states.push(state),
    onOnline: (signal) => lifetimes.push(signal),
  })
  open.push(connection)
  return { connection, states, lifetimes }
}

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
  vi.useRealTimers()
})

describe('the connection to the station', () => {
  it('comes back over a new link after it was cut, and subscribers are told to start over', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    const { connection, states, lifetimes } = connectTo(station)
    await vi.advanceTimersByTimeAsync(0)
    expect(await connection.link.call(['playout', 'get'], undefined, { context: {} })).toBe('playout.get over link 1')

    station.cut()
    await vi.advanceTimersByTimeAsync(0)
    expect(states).toEqual(['connecting', 'online', 'offline'])
    expect(lifetimes[0]?.aborted).toBe(true)

    await vi.advanceTimersByTimeAsync(250)
    expect(states.at(-1)).toBe('online')
    expect(lifetimes).toHaveLength(2)
    expect(await connection.link.call(['playout', 'get'], undefined, { context: {} })).toBe('playout.get over link 2')
  })

  it('refuses a command at once while it is lost, and does not carry it out later', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    station.expect('refused')
    const { connection } = connectTo(station)
    await vi.advanceTimersByTimeAsync(0)
    await expect(connection.link.call(['playout', 'stop'], undefined, { context: {} })).rejects.toBeInstanceOf(
      ConnectionLostError,
    )
  })

  it('waits longer after each failure, but never more than five seconds', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    const attempts: number[] = []
    const connection = createConnection({
      open: async () => {
        attempts.push(Date.now())
        throw new Error('refused')
      },
      onState: () => undefined,
      onOnline: () => undefined,
    })
    open.push(connection)
    await vi.advanceTimersByTimeAsync(60_000)
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0))
    expect(pauses.slice(0, 6)).toEqual([250, 500, 1000, 2000, 4000, 5000])
    expect(Math.max(...pauses)).toBe(5000)
    expect(station.opened()).toBe(0)
  })

  it('starts again with a short pause once it has worked', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    station.expect('refused', 'refused', 'refused')
    const { states } = connectTo(station)
    await vi.advanceTimersByTimeAsync(250 + 500 + 1000)
    expect(states.at(-1)).toBe('online')
    station.cut()
    await vi.advanceTimersByTimeAsync(250)
    expect(states.at(-1)).toBe('online')
  })

  it('asks for a sign-in instead of knocking again and again, and connects after it', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    station.expect('signedOut')
    const { connection, states } = connectTo(station)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(states).toEqual(['connecting', 'signedOut'])
    connection.retryNow()
    await vi.advanceTimersByTimeAsync(0)
    expect(states.at(-1)).toBe('online')
  })

  it('tries at once when somebody presses the button', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    station.expect('refused', 'refused', 'refused', 'refused')
    const { connection, states } = connectTo(station)
    await vi.advanceTimersByTimeAsync(250 + 500 + 1000)
    expect(states.at(-1)).toBe('offline')
    connection.retryNow()
    await vi.advanceTimersByTimeAsync(0)
    expect(states.at(-1)).toBe('online')
  })

  it('is quiet once it is closed', async () => {
    vi.useFakeTimers()
    const station = fakeStation()
    const { connection } = connectTo(station)
    await vi.advanceTimersByTimeAsync(0)
    connection.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(station.opened()).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})
