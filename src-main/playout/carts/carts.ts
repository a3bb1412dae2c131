// Carts: what is on their pages, firing them at the engine, and what became of that. Screens see only what the engine said.
import type { DatabaseSync } from 'node:sqlite'
import { type Cart, type CartPage, type CartPlaying, type CartsState, cartReason } from '@contract/carts'
import { StationError } from '@contract/errors'
import type { EventBus } from '@contract/events'
import type { Track } from '@contract/library'
import type { Operations } from '@contract/operations'
import type { SettingsReader } from '@contract/settings'
import { createTolerantWrites, type Log } from '../../monitoring'
import type { CartEvent, CartSound, EngineEvent } from '../engine/protocol'
import { gainTowards, soundKinds } from '../engine-item'
import { createFileCheck, type FileCheck } from '../file-check'
import { PlayedLog } from '../played-log'
import type { EnginePort, IncidentReporter, LibraryForPlayout } from '../ports'
import { type CartRow, type CartStore, createCartStore } from './cart-store'

export interface CartsDeps {
  db: DatabaseSync
  events: EventBus
  log: Log
  settings: SettingsReader
  library: Pick<LibraryForPlayout, 'track'>
  engine: EnginePort
  incidents: IncidentReporter
  fileProblem?: FileCheck
}

export interface Carts extends Operations<'carts'> {
  state(): CartsState
  close(): void
}

interface Fired {
  cart: Cart
  playing: CartPlaying
  logId: number | null
  /** Hears what becomes of it, once: that it plays or waits, or why not. */
  answer: ((failure: StationError | null) => void) | null
  /** The engine has said something of it. */
  heard: boolean
}

/** A folder that hangs must not hold up what is in memory. */
const lookMs = 30
const answerMs = 2000
const stopFadeSeconds = 0.1
const detailDefaults = { label: '', colour: 'grey', loop: false, group: '', mode: 'over', midiNote: null } as const

/** Opens the desk and has the engine hold the carts' sounds ready. */
export function createCarts(deps: CartsDeps): Carts {
  return new CartRoom(deps)
}

class CartRoom implements Carts {
  readonly #store: CartStore
  readonly #playedLog: PlayedLog
  readonly #fileProblem: FileCheck
  readonly #fired = new Map<number, Fired>()
  readonly #offs: (() => void)[]
  #lastPlayId = 0
  #sent = ''
  #listeners: number | null = null

  constructor(private readonly deps: CartsDeps) {
    const { db, events, engine, settings } = deps
    this.#store = createCartStore(db)
    this.#playedLog = new PlayedLog(db, createTolerantWrites(deps))
    this.#fileProblem = deps.fileProblem ?? createFileCheck()
    this.#offs = [
      engine.onEvent((event) => this.#hear(event)),
      events.on('library.changed', () => this.#changed()),
      events.on('listeners.changed', ({ total }) => {
        this.#listeners = total
      }),
      settings.onChange(['playout.targetLufs', 'playout.cartMemoryMb'], () => this.#load()),
    ]
    this.#load()
  }

  list = (): CartsState => this.state()

  create = ({ pageId, slot, trackId, ...given }: Parameters<Operations<'carts'>['create']>[0]): Cart => {
    this.#track(trackId)
    const details = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const id = this.#store.add({ ...detailDefaults, ...details, pageId, slot, trackId })
    this.#changed()
    return this.#view(this.#store.cart(id))
  }

  update = ({ id, ...given }: Parameters<Operations<'carts'>['update']>[0]): Cart => {
    const row = this.#store.cart(id)
    if (given.trackId !== undefined) this.#track(given.trackId)
    const details = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    const moved = given.pageId !== undefined && given.pageId !== row.pageId && given.slot === undefined
    this.#store.change({ ...row, ...(moved && { slot: this.#store.freeSlot(given.pageId!) }), ...details })
    this.#changed()
    return this.#view(this.#store.cart(id))
  }

  remove = ({ id }: { id: number }): { ok: true } => {
    this.#store.remove(id)
    this.#changed()
    return { ok: true }
  }

  play = async ({ id, force }: { id: number; force: boolean }): Promise<CartPlaying> => {
    const cart = this.#view(this.#store.cart(id))
    const waiting = [...this.#fired.values()].find((one) => one.cart.id === id && one.playing.state === 'waiting')
    if (waiting) {
      if (force) this.deps.engine.send({ type: 'cartForce', playId: waiting.playing.playId })
      return waiting.playing
    }
    const why = cart.problem ?? (await this.#fileGone(cart))
    if (why !== null) throw cannotPlay(cart, why)
    return this.#fire(cart, force)
  }

  stop = ({ id }: { id: number }): { ok: true } => {
    this.#store.cart(id)
    for (const { cart, playing } of this.#fired.values()) {
      if (cart.id === id) this.#stop(playing.playId)
    }
    return { ok: true }
  }

  stopAll = (): { ok: true } => {
    this.#stop(null)
    return { ok: true }
  }

  readonly pages: Operations<'carts'>['pages'] = {
    create: ({ name }) => {
      const id = this.#store.addPage(name)
      this.#changed()
      return this.#page(id)
    },
    rename: ({ id, name }) => {
      this.#store.renamePage(id, name)
      this.#changed()
      return this.#page(id)
    },
    order: ({ ids }) => {
      this.#store.orderPages(ids)
      this.#changed()
      return this.state().pages
    },
    remove: ({ id }) => {
      this.#store.removePage(id)
      this.#changed()
      return { ok: true }
    },
  }

  state(): CartsState {
    const carts = this.#store.carts().map((row) => this.#view(row))
    const pages = this.#store
      .pages()
      .map((page) => ({ ...page, carts: carts.filter(({ pageId }) => pageId === page.id) }))
    return { pages, plays: [...this.#fired.values()].map(({ playing }) => playing) }
  }

  close(): void {
    for (const off of this.#offs) off()
    for (const fired of this.#fired.values()) this.#playedLogEnd(fired, Date.now(), 'stop')
    this.#fired.clear()
  }

  #page(id: number): CartPage {
    return this.state().pages.find((page) => page.id === id)!
  }

  #view(row: CartRow): Cart {
    const track = this.deps.library.track(row.trackId)
    return {
      ...row,
      title: track?.title ?? '',
      artist: track?.artist ?? '',
      kind: track?.kind ?? 'jingle',
      lengthSeconds: track ? Math.max(0, (cueOutOf(track) ?? track.durationSeconds) - cueInOf(track)) : 0,
      problem: problemOf(track),
    }
  }

  #track(trackId: number): Track {
    const track = this.deps.library.track(trackId)
    if (!track) throw new StationError('not_found', `There is no track ${trackId}.`, { trackId })
    return track
  }

  #soundOf(cart: Pick<Cart, 'id' | 'trackId'>): CartSound | null {
    const track = this.deps.library.track(cart.trackId)
    if (!track || problemOf(track) !== null) return null
    return {
      cartId: cart.id,
      path: track.path,
      version: `${track.sizeBytes} ${track.updatedAt}`,
      kind: soundKinds[track.kind],
      cueInSeconds: cueInOf(track),
      cueOutSeconds: cueOutOf(track),
      durationSeconds: track.durationSeconds,
      gainDb: gainTowards(this.deps.settings.get('playout.targetLufs'), track),
    }
  }

  /** Tells the engine what to hold ready, page by page, when that has changed. */
  #load(): void {
    const sounds = this.state().pages.flatMap(({ carts }) => carts.flatMap((cart) => this.#soundOf(cart) ?? []))
    const memoryMb = this.deps.settings.get('playout.cartMemoryMb')
    const text = JSON.stringify([sounds, memoryMb])
    if (text === this.#sent) return
    this.#sent = text
    this.deps.engine.send({ type: 'cartLoad', sounds, memoryMb })
  }

  #changed(): void {
    this.#load()
    this.deps.events.emit('carts.changed', {})
  }

  async #fileGone(cart: Cart): Promise<string | null> {
    const { path } = this.#track(cart.trackId)
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), lookMs)
    })
    const why = await Promise.race([this.#fileProblem(path), patience])
    clearTimeout(timer)
    return why
  }

  async #fire(cart: Cart, force: boolean): Promise<CartPlaying> {
    const sound = this.#soundOf(cart)
    if (!sound) throw cannotPlay(cart, 'The track is not in the library any more.')
    const playId = ++this.#lastPlayId
    const { promise, resolve } = Promise.withResolvers<StationError | null>()
    const { id, loop, group, mode } = cart
    const playing: CartPlaying = {
      playId,
      cartId: id,
      state: 'waiting',
      waitingFor: 'sound',
      label: nameOf(cart),
      loop,
      startedAt: null,
      lengthSeconds: cart.lengthSeconds > 0 ? cart.lengthSeconds : null,
    }
    const fired: Fired = { cart, playing, logId: null, answer: resolve, heard: false }
    this.#fired.set(playId, fired)
    const timer = setTimeout(() => {
      // A sound that is still being loaded starts by itself, and the state stream tells when.
      if (fired.heard) return resolve(null)
      this.#fired.delete(playId)
      resolve(new StationError('unavailable', 'The playout engine does not answer.'))
    }, answerMs)
    const duck = sound.kind === 'speech' || mode === 'duck'
    const play = { playId, sound, duck, loop, group: group === '' ? null : group, force }
    this.deps.engine.send({ type: 'cartPlay', play })
    const failure = await promise
    clearTimeout(timer)
    fired.answer = null
    if (failure) throw failure
    return fired.playing
  }

  #stop(playId: number | null): void {
    this.deps.engine.send({ type: 'cartStop', playId, fadeSeconds: stopFadeSeconds })
  }

  #hear(event: EngineEvent): void {
    if (event.type === 'cart') this.#follow(event)
    else if (event.type === 'crashed') this.#lost(event.why)
    else if (event.type === 'ready') {
      this.#sent = ''
      this.#load()
    } else if (event.type === 'refused' && event.command === 'cartPlay') this.#refused(event.why)
  }

  #follow(event: CartEvent): void {
    const fired = this.#fired.get(event.playId)
    if (!fired) return
    fired.heard = true
    if (event.state === 'waiting') {
      fired.playing = { ...fired.playing, waitingFor: event.waitingFor }
      if (event.waitingFor !== 'sound') fired.answer?.(null)
    } else if (event.state === 'started') this.#started(fired, event)
    else this.#ended(fired, event)
    this.deps.events.emit('carts.changed', {})
  }

  #started(fired: Fired, { lengthSeconds, atMs }: Extract<CartEvent, { state: 'started' }>): void {
    const startedAt = Math.round(atMs)
    fired.playing = { ...fired.playing, state: 'playing', waitingFor: null, startedAt, lengthSeconds }
    const { cart } = fired
    fired.logId = this.#playedLog.begin({
      trackId: cart.trackId,
      title: cart.title,
      artist: cart.artist,
      album: this.deps.library.track(cart.trackId)?.album ?? '',
      kind: cart.kind,
      reason: cartReason,
      join: '',
      startedAt,
      listenersAtStart: this.#listeners,
    })
    fired.answer?.(null)
  }

  #ended(fired: Fired, event: Extract<CartEvent, { state: 'ended' }>): void {
    this.#fired.delete(event.playId)
    const reason = event.reason === 'replaced' ? 'stop' : event.reason
    this.#playedLog.end(fired.logId, Math.round(event.atMs), event.playedSeconds, reason)
    const failed = event.reason === 'failed' ? (event.why ?? 'The file cannot be played.') : null
    if (failed !== null) this.deps.log.warn('A cart could not be played', { cart: nameOf(fired.cart), why: failed })
    fired.answer?.(failed === null ? null : cannotPlay(fired.cart, failed))
  }

  /** The engine is gone with everything in it. */
  #lost(why: string): void {
    for (const fired of this.#fired.values()) {
      this.#playedLogEnd(fired, Date.now(), 'failed')
      fired.answer?.(new StationError('unavailable', why))
    }
    this.#fired.clear()
    this.deps.events.emit('carts.changed', {})
  }

  /** The engine follows in order: what it refuses is the oldest that has had no answer. */
  #refused(why: string): void {
    const fired = [...this.#fired.values()].find(({ answer }) => answer !== null)
    if (!fired) return
    this.#fired.delete(fired.playing.playId)
    fired.answer?.(new StationError('conflict', why))
  }

  #playedLogEnd({ logId, playing }: Fired, at: number, reason: 'stop' | 'failed'): void {
    if (playing.startedAt !== null) this.#playedLog.end(logId, at, (at - playing.startedAt) / 1000, reason)
  }
}

const nameOf = (cart: Pick<Cart, 'label' | 'title'>) => cart.label || cart.title

const cannotPlay = (cart: Cart, why: string) =>
  new StationError('unprocessable', `“${nameOf(cart)}” cannot be played: ${why}`, { id: cart.id })

const cueInOf = (track: Track) => track.cues.cueInSeconds ?? 0

function cueOutOf(track: Track): number | null {
  const { cueOutSeconds } = track.cues
  return cueOutSeconds !== null && cueOutSeconds > cueInOf(track) ? cueOutSeconds : null
}

function problemOf(track: Track | null): string | null {
  if (!track) return 'The track is not in the library any more.'
  if (track.state === 'missing') return 'The file is gone.'
  if (track.state === 'failed') return track.problem ?? 'The file is broken.'
  return null
}
