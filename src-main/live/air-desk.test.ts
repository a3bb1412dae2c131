// The air desk with an engine that follows at once, and time that is told.

import type { StationEvents } from '@contract/events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../monitoring'
import { openMemoryDatabase } from '../storage'
import { AirDesk, type EngineLiveState } from './air-desk'
import { type Mode, Presenters } from './presenters'
import { Sources } from './sources'
import { Takes } from './takes'

type End = NonNullable<EngineLiveState['ended']>

/** Knows who is on air, and what the listener hears when nobody has the program. */
class Engine {
  readonly modes = new Map<string, Mode | null>()
  bed: string | null = null
  /** Everything that had the program, in turn. */
  readonly program: string[] = ['queue']
  hear: (state: EngineLiveState) => void = () => undefined

  liveTake(sourceId: string, mode: Mode): void {
    const before = [...this.modes].find(([id, now]) => now === 'full' && id !== sourceId)?.[0]
    if (mode === 'full' && before) this.modes.set(before, null)
    this.modes.set(sourceId, mode)
    if (mode === 'full') this.program.push(sourceId)
    this.tell(mode === 'full' && before ? { endedSourceId: before, ended: 'replaced' } : {})
  }

  liveRelease(sourceId?: string): void {
    for (const id of [...this.modes.keys()]) if (sourceId === undefined || sourceId === id) this.end(id, 'released')
  }

  holdBed(path: string | null): void {
    this.bed = path
    if (path === null && this.program.at(-1) === 'bed') this.program.push('queue')
  }

  end(sourceId: string, ended: End): void {
    const mode = this.modes.get(sourceId)
    if (ended === 'closed') this.modes.delete(sourceId)
    else this.modes.set(sourceId, null)
    if (mode === 'full') this.program.push(this.bed === null ? 'queue' : 'bed')
    if (mode) this.tell({ endedSourceId: sourceId, ended })
    else this.tell({})
  }

  tell(left: Pick<EngineLiveState, 'ended' | 'endedSourceId'>): void {
    const sources = [...this.modes].map(([sourceId, mode]) => ({
      sourceId,
      mode,
      state: mode ? ('on air' as const) : ('ready' as const),
    }))
    this.hear({ sources, ...left })
  }
}

let engine: Engine
let sources: Sources
let presenters: Presenters
let desk: AirDesk
let shows: StationEvents['live.show'][]
let missed: string[]
let db: ReturnType<typeof openMemoryDatabase>

beforeEach(() => {
  vi.useFakeTimers()
  engine = new Engine()
  sources = new Sources()
  db = openMemoryDatabase()
  const write = <Result>(work: () => Result) => work()
  presenters = new Presenters(db, write)
  shows = []
  missed = []
  desk = new AirDesk({
    ...{ engine, sources, presenters, log: silentLog, takes: new Takes(db, write) },
    bed: (trackId) => ({ path: trackId === null ? 'loop' : `track ${trackId}`, gainDb: 0 }),
    returnSeconds: () => 5,
    handOverMissed: (to) => missed.push(to),
    show: (show) => shows.push(show),
    changed: () => undefined,
  })
  engine.hear = (state) => desk.hear(state)
})
afterEach(() => {
  desk.close()
  db.close()
  vi.useRealTimers()
})

const presenter = (name: string, edit: { autoAir?: boolean; mode?: Mode } = {}) =>
  presenters.create({ name, ...edit }).presenter.id

/** A presenter's software connects and sends sound. */
async function connect(presenterId: number, id: string) {
  const opened = { sourceId: id, presenterId, address: '', connectedAt: Date.now(), protocol: 'icecast' as const }
  const source = sources.add(opened)
  Object.assign(source, { sound: 'flowing', flowingSinceMs: performance.now() })
  engine.modes.set(id, null)
  engine.tell({})
  await vi.advanceTimersByTimeAsync(1)
}

async function leave(id: string) {
  const source = sources.find(id)
  if (source) source.sound = 'none'
  engine.end(id, 'closed')
  desk.lost(id, 'connection closed')
  sources.remove(id)
  await vi.advanceTimersByTimeAsync(1)
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)
const wish = (toPresenterId: number, to: string, holdSeconds = 60) => ({
  ...{ toPresenterId, toSourceId: null, to, holdSeconds, bedTrackId: null },
})

describe('a hand-over', () => {
  it('to a presenter who is ready goes over without the queue in between', async () => {
    const [anna, ben] = [presenter('Anna', { autoAir: true }), presenter('Ben')]
    await connect(anna, 'a')
    await connect(ben, 'b')
    desk.armHandOver(wish(ben, 'Ben'))
    expect(desk.handOver).toMatchObject({ to: 'Ben', state: 'armed' })
    await desk.release('a')
    expect(engine.program).toEqual(['queue', 'a', 'b'])
    expect(desk.handOver).toBeNull()
    expect(engine.bed).toBeNull()
    expect(sources.find('a')?.heldBack).toBe('replaced')
  })

  it('holds the bed when the one before drops, and puts who follows on air as soon as they are there', async () => {
    const [anna, ben] = [presenter('Anna', { autoAir: true }), presenter('Ben')]
    await connect(anna, 'a')
    desk.armHandOver(wish(ben, 'Ben'))
    await leave('a')
    expect(desk.handOver).toMatchObject({ state: 'holding' })
    await seconds(20)
    await connect(ben, 'b')
    expect(engine.program).toEqual(['queue', 'a', 'bed', 'b'])
    expect(desk.handOver).toBeNull()
  })

  it('gives up after the hold time: the queue comes back, and it is told who was missed', async () => {
    const [anna, ben] = [presenter('Anna', { autoAir: true }), presenter('Ben')]
    await connect(anna, 'a')
    desk.armHandOver(wish(ben, 'Ben', 30))
    await leave('a')
    await seconds(29)
    expect(engine.program.at(-1)).toBe('bed')
    await seconds(2)
    expect(engine.program).toEqual(['queue', 'a', 'bed', 'queue'])
    expect(missed).toEqual(['Ben'])
  })

  it('that is called off leaves the queue to come back', async () => {
    const [anna, ben] = [presenter('Anna', { autoAir: true }), presenter('Ben')]
    await connect(anna, 'a')
    desk.armHandOver(wish(ben, 'Ben'))
    desk.cancelHandOver()
    await leave('a')
    expect(engine.program).toEqual(['queue', 'a', 'queue'])
  })

  it('stays arranged when the one before drops and is back before the next', async () => {
    const [anna, ben] = [presenter('Anna', { autoAir: true }), presenter('Ben')]
    await connect(anna, 'a')
    desk.armHandOver(wish(ben, 'Ben'))
    await leave('a')
    await connect(anna, 'a2')
    await seconds(7)
    expect(engine.program).toEqual(['queue', 'a', 'bed', 'a2'])
    expect(desk.handOver).toMatchObject({ to: 'Ben', state: 'armed' })
  })

  it('needs somebody who has the program', () => {
    const ben = presenter('Ben')
    expect(() => desk.armHandOver(wish(ben, 'Ben'))).toThrow('Nobody has the program')
  })

  it('by itself to who waits and goes on air at once', async () => {
    const [anna, ben] = [presenter('Anna', { autoAir: true }), presenter('Ben', { autoAir: true })]
    await connect(anna, 'a')
    await connect(ben, 'b')
    expect(engine.bed).toBe('loop')
    await leave('a')
    expect(engine.program).toEqual(['queue', 'a', 'bed', 'b'])
    expect(engine.bed).toBeNull()
  })
})

describe('a connection that comes and goes', () => {
  it('has to be steady for longer each time before it is on air again by itself', async () => {
    const anna = presenter('Anna', { autoAir: true })
    await connect(anna, 's0')
    const waits: number[] = []
    for (let drop = 1; drop <= 6; drop++) {
      await leave(`s${drop - 1}`)
      await connect(anna, `s${drop}`)
      const from = Date.now()
      expect(desk.airing(`s${drop}`)).toBeNull()
      expect(desk.returnsAt(sources.find(`s${drop}`) as never)).toBeGreaterThan(from)
      while (!desk.airing(`s${drop}`) && Date.now() - from < 90_000) await seconds(0.5)
      waits.push(Math.round((Date.now() - from) / 1000))
    }
    expect(waits).toEqual([5, 10, 20, 40, 60, 60])
  })

  it('is trusted again after five minutes of health', async () => {
    const anna = presenter('Anna', { autoAir: true })
    await connect(anna, 's0')
    await leave('s0')
    await connect(anna, 's1')
    await seconds(6)
    expect(desk.airing('s1')).not.toBeNull()
    await seconds(301)
    await leave('s1')
    await connect(anna, 's2')
    await seconds(6)
    expect(desk.airing('s2')).not.toBeNull()
  })

  it('is on air at once when somebody says so', async () => {
    const anna = presenter('Anna', { autoAir: true })
    await connect(anna, 's0')
    await leave('s0')
    await connect(anna, 's1')
    await desk.take('s1', 'full')
    expect(desk.airing('s1')).not.toBeNull()
  })

  it('is one show for those who record it, and two after a minute', async () => {
    const anna = presenter('Anna', { autoAir: true })
    await connect(anna, 's0')
    await leave('s0')
    await connect(anna, 's1')
    await seconds(70)
    expect(shows.map(({ phase }) => phase)).toEqual(['begin'])
    await leave('s1')
    const leftAt = Date.now()
    await seconds(61)
    expect(shows.map(({ phase }) => phase)).toEqual(['begin', 'end'])
    expect(shows[1]).toMatchObject({ showId: shows[0]?.showId, presenter: 'Anna', endedAt: leftAt - 1 })
  })
})

describe('several voices', () => {
  it('talk over each other, and one alone has the program', async () => {
    const [anna, ben, cleo] = [presenter('Anna'), presenter('Ben'), presenter('Cleo')]
    await connect(anna, 'a')
    await connect(ben, 'b')
    await connect(cleo, 'c')
    await desk.take('a', 'full')
    await desk.take('b', 'talkover')
    await desk.take('c', 'talkover')
    expect([...engine.modes.values()]).toEqual(['full', 'talkover', 'talkover'])
    await desk.release('b')
    expect([...engine.modes.values()]).toEqual(['full', null, 'talkover'])
    await desk.take('c', 'full')
    expect([...engine.modes.values()]).toEqual([null, null, 'full'])
    expect(desk.airing('a')).toBeNull()
  })

  it('a source that was silent on air is handed back and does not return by itself', async () => {
    const anna = presenter('Anna', { autoAir: true })
    await connect(anna, 'a')
    engine.end('a', 'silent')
    await seconds(120)
    expect(desk.airing('a')).toBeNull()
    expect(sources.find('a')?.heldBack).toBe('silent')
  })
})
