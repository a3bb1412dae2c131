// The desk of the carts through its operations, on a real database; the engine is told what it would be told, and answers by hand.
import type { DatabaseSync } from 'node:sqlite'
import type { SettingValues } from '@contract/settings'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '../../monitoring'
import { openMemoryDatabase } from '../../storage'
import type { CartEvent, EngineCommand } from '../engine/protocol'
import { createEvents, FakeEngine, insertTracks, noteEvents, readTrack, some, testSettings } from '../test-station'
import { type Carts, createCarts } from './carts'

/** The engine is told after a look at the file. */
const patience = { timeout: 10_000 }

let db: DatabaseSync
let carts: Carts
let engine: FakeEngine
let events: ReturnType<typeof createEvents>
let gone: Set<string>
let ids: number[]

function open(set: Partial<SettingValues> = {}) {
  carts?.close()
  engine = new FakeEngine(() => 1000)
  events = createEvents()
  carts = createCarts({
    db,
    events,
    engine,
    log: silentLog,
    settings: testSettings(set).reader,
    library: { track: (id) => readTrack(db, id) },
    incidents: { raise: () => {}, resolve: () => {} },
    fileProblem: async (path) => (gone.has(path) ? 'The file is gone.' : null),
  })
}

beforeEach(() => {
  db = openMemoryDatabase()
  gone = new Set()
  ids = insertTracks(db, [
    { title: 'Ident', kind: 'jingle', durationSeconds: 4, lufs: -20 },
    { title: 'Link', kind: 'speech', durationSeconds: 8, cueInSeconds: 1, cueOutSeconds: 7 },
    { title: 'Bed', kind: 'music', durationSeconds: 90 },
    ...some(12, { kind: 'jingle', durationSeconds: 2 }),
  ])
  open()
})
afterEach(() => {
  carts.close()
  db.close()
})

const at = { atFrame: 0, atMs: 5000 }
const say = (event: Omit<Extract<CartEvent, { state: 'started' }>, 'type'> | object) =>
  engine.say({ type: 'cart', ...event } as CartEvent)
const lastPlay = () => engine.last('cartPlay')!.play
/** Fires a cart and lets the engine answer that it sounds. */
async function fire(id: number) {
  const before = engine.commands.length
  const firing = carts.play({ id, force: false })
  await expect.poll(() => engine.commands.length, patience).toBeGreaterThan(before)
  const { playId, sound } = lastPlay()
  say({ playId, cartId: sound.cartId, state: 'started', lengthSeconds: 4, ...at })
  return firing
}
const page = async (name = 'Idents') => (await carts.pages.create({ name })).id
const loaded = () => engine.last('cartLoad')!
const log = () => db.prepare('SELECT title, kind, reason, endReason, playedSeconds FROM logEntries ORDER BY id').all()

describe('pages', () => {
  it('are made, renamed, put in order and deleted with their carts', async () => {
    const one = await page('One')
    const two = await page('Two')
    await carts.create({ pageId: one, trackId: ids[0]! })
    expect(await carts.pages.rename({ id: one, name: 'First' })).toMatchObject({ name: 'First', carts: [{ slot: 1 }] })
    expect((await carts.pages.order({ ids: [two, one] })).map(({ name }) => name)).toEqual(['Two', 'First'])
    expect(() => carts.pages.order({ ids: [two] })).toThrow('The pages have changed meanwhile')
    await carts.pages.remove({ id: one })
    expect(carts.state().pages.map(({ name }) => name)).toEqual(['Two'])
    expect(db.prepare('SELECT count(*) AS count FROM carts').get()).toEqual({ count: 0 })
    expect(() => carts.pages.remove({ id: one })).toThrow('There is no page of carts')
  })

  it('have twelve places; a thirteenth cart is refused', async () => {
    const pageId = await page()
    for (let slot = 1; slot <= 12; slot += 1) {
      expect(await carts.create({ pageId, trackId: ids[slot + 2]! })).toMatchObject({ slot })
    }
    expect(() => carts.create({ pageId, trackId: ids[0]! })).toThrow('This page is full')
    expect(() => carts.create({ pageId, trackId: ids[0]!, slot: 3 })).toThrow('Place 3 of this page is taken.')
  })

  it('are there again after a restart', async () => {
    const pageId = await page()
    await carts.create({ pageId, trackId: ids[0]!, label: 'Top', colour: 'pink', loop: true, group: 'a', midiNote: 40 })
    open()
    expect(carts.state().pages).toMatchObject([
      {
        carts: [{ label: 'Top', colour: 'pink', loop: true, group: 'a', midiNote: 40, title: 'Ident', problem: null }],
      },
    ])
  })
})

describe('a cart', () => {
  it('moved to a place that is taken changes places with what is there', async () => {
    const pageId = await page()
    const one = await carts.create({ pageId, trackId: ids[0]! })
    const other = await carts.create({ pageId, trackId: ids[1]! })
    await carts.update({ id: one.id, slot: 2 })
    expect(carts.state().pages[0]?.carts.map(({ id, slot }) => [id, slot])).toEqual([
      [other.id, 1],
      [one.id, 2],
    ])
    const second = await page('Two')
    expect(await carts.update({ id: one.id, pageId: second })).toMatchObject({ pageId: second, slot: 1 })
  })

  it('takes a MIDI note from the one that had it', async () => {
    const pageId = await page()
    const one = await carts.create({ pageId, trackId: ids[0]!, midiNote: 36 })
    const other = await carts.create({ pageId, trackId: ids[1]!, midiNote: 36 })
    const notes = () => Object.fromEntries(carts.state().pages[0]!.carts.map(({ id, midiNote }) => [id, midiNote]))
    expect(notes()).toEqual({ [one.id]: null, [other.id]: 36 })
    await carts.update({ id: one.id, midiNote: 36 })
    expect(notes()).toEqual({ [one.id]: 36, [other.id]: null })
  })

  it('is held ready by the engine with its cue points and its gain, and anew when those change', async () => {
    const pageId = await page()
    await carts.create({ pageId, trackId: ids[0]! })
    await carts.create({ pageId, trackId: ids[1]! })
    expect(loaded()).toMatchObject({
      memoryMb: 256,
      sounds: [
        { path: readTrack(db, ids[0]!)?.path, kind: 'jingle', gainDb: 4, cueOutSeconds: null },
        { kind: 'speech', cueInSeconds: 1, cueOutSeconds: 7 },
      ],
    })
    const before = engine.commands.length
    events.emit('library.changed', { trackIds: 'many' })
    expect(engine.commands).toHaveLength(before)
    db.prepare('UPDATE tracks SET cueInSeconds = 2 WHERE id = ?').run(ids[1]!)
    events.emit('library.changed', { trackIds: [ids[1]!] })
    expect(loaded().sounds[1]).toMatchObject({ cueInSeconds: 2 })
  })

  it('is told to an engine that has started anew', async () => {
    await carts.create({ pageId: await page(), trackId: ids[0]! })
    const before = engine.commands.length
    engine.say({ type: 'ready' })
    expect(engine.commands.slice(before)).toMatchObject([{ type: 'cartLoad', sounds: [{ cartId: 1 }] }])
  })
})

describe('firing', () => {
  it('is shown and logged as the engine says, from its start to its end', async () => {
    const { id } = await carts.create({ pageId: await page(), trackId: ids[0]!, label: 'Top' })
    const changes = noteEvents(events, 'carts.changed')
    expect(await fire(id)).toMatchObject({ cartId: id, state: 'playing', label: 'Top', startedAt: 5000 })
    expect(lastPlay()).toMatchObject({ duck: false, loop: false, group: null, force: false })
    expect(carts.state().plays).toHaveLength(1)
    const { playId } = lastPlay()
    say({ playId, cartId: id, state: 'ended', reason: 'end', playedSeconds: 4, ...at })
    expect(carts.state().plays).toEqual([])
    expect(log()).toEqual([{ title: 'Ident', kind: 'jingle', reason: 'cart', endReason: 'end', playedSeconds: 4 }])
    expect(changes).toHaveLength(2)
  })

  it('sends speech to the voice bus, and others where the cart says so', async () => {
    const pageId = await page()
    const speech = await carts.create({ pageId, trackId: ids[1]!, group: 'talk', loop: true })
    const sweeper = await carts.create({ pageId, trackId: ids[0]!, mode: 'duck' })
    await fire(speech.id)
    expect(lastPlay()).toMatchObject({ duck: true, loop: true, group: 'talk', sound: { kind: 'speech' } })
    await fire(sweeper.id)
    expect(lastPlay()).toMatchObject({ duck: true, group: null })
  })

  it('shows what a voice waits for; pressed again it goes on waiting, forced it sounds, stopped it is taken back', async () => {
    const { id } = await carts.create({ pageId: await page(), trackId: ids[1]! })
    const firing = carts.play({ id, force: false })
    await expect.poll(() => engine.last('cartPlay'), patience).toBeDefined()
    const { playId } = lastPlay()
    say({ playId, cartId: id, state: 'waiting', waitingFor: 'presenter' })
    expect(await firing).toMatchObject({ state: 'waiting', waitingFor: 'presenter' })
    expect(await carts.play({ id, force: false })).toMatchObject({ playId, state: 'waiting' })
    expect(engine.commands.filter(({ type }) => type === 'cartPlay')).toHaveLength(1)
    await carts.play({ id, force: true })
    expect(engine.last('cartForce')).toEqual({ type: 'cartForce', playId })
    await carts.stop({ id })
    expect(engine.last('cartStop')).toMatchObject({ playId })
    say({ playId, cartId: id, state: 'ended', reason: 'stop', playedSeconds: 0, ...at })
    expect(log()).toEqual([])
  })

  it('of a cart whose file is gone is refused in words, and nothing is stopped', async () => {
    const pageId = await page()
    const good = await carts.create({ pageId, trackId: ids[0]! })
    const lost = await carts.create({ pageId, trackId: ids[2]!, label: 'Bed' })
    await fire(good.id)
    gone.add(readTrack(db, ids[2]!)!.path)
    await expect(carts.play({ id: lost.id, force: false })).rejects.toMatchObject({
      code: 'unprocessable',
      message: '“Bed” cannot be played: The file is gone.',
    })
    expect(engine.commands.some(({ type }: EngineCommand) => type === 'cartStop')).toBe(false)
    expect(carts.state().plays).toHaveLength(1)
    db.prepare('DELETE FROM tracks WHERE id = ?').run(ids[2]!)
    expect(carts.state().pages[0]?.carts[1]).toMatchObject({ problem: 'The track is not in the library any more.' })
    await expect(carts.play({ id: lost.id, force: false })).rejects.toMatchObject({ code: 'unprocessable' })
  })

  it('tells why the engine could not', async () => {
    const { id } = await carts.create({ pageId: await page(), trackId: ids[0]! })
    const failing = carts.play({ id, force: false })
    await expect.poll(() => engine.last('cartPlay'), patience).toBeDefined()
    const end = { reason: 'failed', why: 'No such stream.', playedSeconds: 0, ...at }
    say({ playId: lastPlay().playId, cartId: id, state: 'ended', ...end })
    await expect(failing).rejects.toMatchObject({
      code: 'unprocessable',
      message: expect.stringContaining('No such stream.'),
    })
    const offAir = carts.play({ id, force: false })
    await expect.poll(() => engine.commands.filter(({ type }) => type === 'cartPlay').length, patience).toBe(2)
    engine.say({ type: 'refused', command: 'cartPlay', why: 'The station is off air.' })
    await expect(offAir).rejects.toMatchObject({ code: 'conflict', message: 'The station is off air.' })
    expect(carts.state().plays).toEqual([])
  })

  it('ends in the log when the engine crashes', async () => {
    const { id } = await carts.create({ pageId: await page(), trackId: ids[0]! })
    await fire(id)
    engine.say({ type: 'crashed', why: 'It was killed.' })
    expect(carts.state().plays).toEqual([])
    expect(log()).toMatchObject([{ endReason: 'failed' }])
  })
})
