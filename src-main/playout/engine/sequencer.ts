// Who plays when: the running item, those that fade out, the fallback loop, and the join to the next item.
import type { Deck, DeckEnvironment } from './deck'
import { FallbackLoop } from './fallback-loop'
import { blockFrames, framesOf, secondsOf } from './format'
import { cut, type Join, planComeBack, planFadeNow, planGiveWay, planJoin } from './join'
import { Lineup } from './lineup'
import type { EndReason, EngineConfiguration, EngineEvent, EngineItem, JoinReason } from './protocol'
import { cuts } from './transitions'
import { Voice } from './voice'

/** The next decoder is started this long before it is needed. */
const wakeFrames = framesOf(10)
/** An item that is needed at once gets this long before the loop fills in. */
const graceFrames = framesOf(0.5)
const startGraceFrames = framesOf(1.5)
/** A running item without sound this long is over. */
const starvedFrames = framesOf(0.5)

type Moment = (frame: number) => { atFrame: number; atMs: number }

export class Sequencer {
  /** Go off air when the running item ends. */
  stopAfter = false
  /** The last item is over and the station may go off air. */
  finished = false
  /** A cart speaks: an item that speaks waits until it has ended. Set before each block. */
  voiceTaken = false
  /** An item that speaks would have begun in the last block. */
  voiceWanted = false
  private readonly lineup: Lineup
  private current: Voice | null = null
  private outgoing: Voice[] = []
  private readonly loop: FallbackLoop
  /** A presenter has the program: nothing starts. */
  private held = false
  /** How the next item starts when nothing runs, and since when it is waited for. */
  private gap: { join: Join; sinceFrame: number; graceFrames: number } | null = null
  private starvedSince: number | null = null
  private readonly failuresTold = new WeakSet<Voice>()

  constructor(
    environment: DeckEnvironment,
    private readonly emit: (event: EngineEvent) => void,
    private readonly heardAt: Moment,
  ) {
    this.lineup = new Lineup(environment, emit)
    this.loop = new FallbackLoop(environment, emit, (frame) => heardAt(frame).atMs)
  }

  get currentItem(): EngineItem | null {
    return this.current?.item ?? null
  }

  get quietByDesign(): boolean {
    return this.current?.item?.quietByDesign ?? false
  }

  /** Whether nothing sounds, the loop included. */
  get silent(): boolean {
    return this.current === null && this.outgoing.length === 0 && this.loop.voice === null
  }

  /** Whether an item sounds on the voice bus. */
  get voiceSounding(): boolean {
    return this.current?.bus === 'voice' || this.outgoing.some((voice) => voice.bus === 'voice')
  }

  setUpcoming(items: EngineItem[], frame: number): void {
    const sounding = new Set([this.current, ...this.outgoing].map((voice) => voice?.item?.id))
    this.lineup.set(
      items.filter((item) => !sounding.has(item.id)),
      frame,
    )
  }

  /** New marks, fades and gain for the item that sounds. */
  revise(item: EngineItem, frame: number): void {
    if (this.current?.item?.id === item.id) this.current.revise(item, frame)
  }

  setFallback(path: string | null, frame: number): void {
    this.loop.setPath(path, frame)
  }

  start(frame: number): void {
    this.held = false
    this.finished = false
    this.gap = { join: cut('first'), sinceFrame: frame, graceFrames: startGraceFrames }
    this.lineup.askForMore()
  }

  /** Everything ends here and now; what comes next stays loaded. */
  stop(frame: number): void {
    for (const voice of this.outgoing) this.retire(voice, frame)
    this.outgoing = []
    if (this.current) {
      this.current.endReason = 'stop'
      this.retire(this.current, frame)
    }
    this.current = null
    this.loop.leave(frame, 0)?.deck.close()
    this.gap = null
    this.held = false
    this.stopAfter = false
    this.finished = false
    this.lineup.forget()
  }

  /** Leaves the running item for the next one now. */
  moveOn(
    reason: Extract<JoinReason, 'skip' | 'fade now' | 'dead air'>,
    frame: number,
    configuration: EngineConfiguration,
  ): void {
    if (this.held) return
    const next = this.lineup.peek()
    const plain = cut(reason, cuts.skip.fadeSeconds, 'equal-power')
    const join = reason === 'fade now' && this.current && next ? planFadeNow(this.current, next, configuration) : plain
    if (this.current) this.current.endReason = 'skip'
    if (this.lineup.first()) this.startNext(frame, join)
    else this.leave(frame, join)
  }

  /** A presenter takes the program over: everything fades. */
  giveWay(frame: number, configuration: EngineConfiguration): void {
    this.held = true
    this.gap = null
    if (this.current) this.current.endReason = 'live'
    this.release(frame, planGiveWay(this.current?.item?.kind ?? 'music', configuration))
    this.leaveLoop(frame, framesOf(configuration.live.fadeSeconds))
  }

  /** The queue comes back after a presenter, with a fade. */
  comeBack(frame: number): void {
    if (!this.held) return
    this.held = false
    this.gap = { join: cut('after live'), sinceFrame: frame, graceFrames }
  }

  /** Loads what comes next. */
  prepare(frame: number): void {
    this.lineup.tick(frame)
    this.loop.load(frame)
  }

  /** To be called once a block, before `mix`. */
  tick(frame: number, configuration: EngineConfiguration, held: boolean): void {
    this.prepare(frame)
    this.current?.deck.tick(frame)
    for (const voice of this.outgoing) voice.deck.tick(frame)
    this.watchCurrent(frame)
    if (held) return
    if (this.current === null || this.framesUntilJoin(configuration) < wakeFrames) this.lineup.wakeFirst()
  }

  /** Adds one block to the buses, split wherever something begins or ends. */
  mix(music: Float32Array, voices: Float32Array, frame: number, configuration: EngineConfiguration): void {
    this.voiceWanted = false
    for (let offset = 0; offset < blockFrames; ) {
      const at = frame + offset
      this.settle(at, configuration)
      const frames = Math.min(blockFrames - offset, this.framesUntilChange(at, configuration))
      if (this.current) mixInto(this.current, music, voices, offset, frames, at)
      for (const voice of this.outgoing) mixInto(voice, music, voices, offset, frames, at)
      if (this.loop.voice) mixInto(this.loop.voice, music, voices, offset, frames, at)
      offset += frames
    }
    this.settle(frame + blockFrames, configuration)
  }

  reportPosition(frame: number): void {
    const { current } = this
    if (!current?.item) return
    const { deck } = current
    const positionSeconds = secondsOf(deck.source.startFrame + deck.played)
    this.emit({ type: 'position', itemId: current.item.id, positionSeconds, ...this.heardAt(frame) })
    if (this.lineup.length === 0) this.lineup.askForMore()
  }

  *decks(): Iterable<Deck> {
    if (this.current) yield this.current.deck
    for (const voice of this.outgoing) yield voice.deck
    yield* this.loop.decks()
    yield* this.lineup.loadedDecks()
  }

  close(): void {
    for (const deck of this.decks()) deck.close()
    this.lineup.close()
    this.current = null
    this.outgoing = []
    this.loop.close()
  }

  /** Ends what is over and starts what is due, at this very frame. */
  private settle(frame: number, configuration: EngineConfiguration): void {
    this.retireOutgoing(frame)
    if (this.current && this.joinDue(frame, configuration)) return
    if (this.current?.silentAt(frame)) this.endCurrent(frame)
    if (this.current || this.held || this.finished || this.waitsForVoice()) return
    if (this.lineup.first()) {
      this.startNext(frame, this.joinAfterGap(configuration))
    } else {
      this.lineup.pressFirst(frame)
      this.fillGap(frame)
    }
  }

  /** Starts the next item when its time has come. @returns whether it did */
  private joinDue(frame: number, configuration: EngineConfiguration): boolean {
    const next = this.lineup.peek()
    if (!this.current || !next || this.stopAfter || this.held) return false
    const join = planJoin(this.current, next, configuration)
    if (join.inFrames > 0 || this.waitsForVoice()) return false
    if (!this.lineup.first()) {
      this.lineup.pressFirst(frame)
      // What is known about the join is lost once the item has ended.
      this.gap = { join: { ...join, overlapFrames: 0 }, sinceFrame: frame, graceFrames }
      return false
    }
    this.startNext(frame, join)
    return true
  }

  /** Never two voices over each other. @returns whether what is due has to wait */
  private waitsForVoice(): boolean {
    const waits = this.voiceTaken && this.lineup.peek()?.kind === 'speech'
    this.voiceWanted ||= waits
    return waits
  }

  private joinAfterGap(configuration: EngineConfiguration): Join {
    if (this.loop.voice) return cut('after fallback', cuts.fallback.fadeSeconds, 'equal-power')
    const join = this.gap?.join ?? cut('gapless')
    // Only now is it known what comes back.
    return join.reason === 'after live' ? planComeBack(this.lineup.peek()!, configuration) : join
  }

  private startNext(frame: number, join: Join): void {
    const { item, deck } = this.lineup.take(frame)
    const voice = new Voice(deck, item)
    if (join.incoming !== 'none' && item.fadeInSeconds === null) voice.rampIn(join.incoming, frame, join.overlapFrames)
    if ((item.startAtSeconds ?? 0) > item.cueInSeconds && join.incoming === 'none') {
      voice.rampIn('linear', frame, framesOf(cuts.resumed.fadeSeconds))
    }
    const overlapFrames = this.release(frame, join)
    this.leaveLoop(frame, framesOf(cuts.fallback.fadeSeconds))
    this.current = voice
    this.gap = null
    this.starvedSince = null
    const positionSeconds = secondsOf(deck.source.startFrame)
    this.emit({
      type: 'started',
      itemId: item.id,
      ...this.heardAt(frame),
      positionSeconds,
      join: {
        overlapSeconds: secondsOf(overlapFrames),
        reason: join.reason,
        ...(join.level && { level: join.level }),
        ...(join.because && { because: join.because }),
      },
    })
    this.lineup.askForMore()
  }

  /** Nothing is ready yet: the running item fades, the next starts as soon as it can. */
  private leave(frame: number, join: Join): void {
    if (!this.current) return
    this.release(frame, join)
    this.gap = { join: { ...join, outgoing: 'none' }, sinceFrame: frame, graceFrames }
  }

  /** Makes the running item an outgoing one. @returns for how many frames it will still be heard */
  private release(frame: number, { outgoing, outgoingFrames, overlapFrames }: Join): number {
    const { current } = this
    this.current = null
    this.starvedSince = null
    if (!current) return 0
    if (outgoing !== 'none') current.rampOut(outgoing, frame + overlapFrames - outgoingFrames, outgoingFrames)
    if (current.silentAt(frame)) {
      this.retire(current, frame)
      return 0
    }
    this.outgoing.push(current)
    const left = current.framesUntilSilent(frame)
    return Number.isFinite(left) ? left : overlapFrames
  }

  private endCurrent(frame: number): void {
    if (!this.current) return
    this.retire(this.current, frame)
    if (this.stopAfter) this.finished = true
    this.gap ??= {
      join: cut(this.current.endReason === 'failed' ? 'previous failed' : 'gapless'),
      sinceFrame: frame,
      graceFrames,
    }
    this.current = null
    this.starvedSince = null
  }

  private retireOutgoing(frame: number): void {
    for (let index = this.outgoing.length - 1; index >= 0; index--) {
      const voice = this.outgoing[index]!
      if (!voice.silentAt(frame)) continue
      this.outgoing.splice(index, 1)
      this.retire(voice, frame)
    }
  }

  private retire(voice: Voice, frame: number): void {
    this.tellFailure(voice)
    voice.deck.close()
    if (!voice.item) return
    const reason: EndReason = voice.endReason === 'end' && voice.deck.failure !== null ? 'failed' : voice.endReason
    const playedSeconds = secondsOf(voice.playedFrames)
    this.emit({ type: 'ended', itemId: voice.item.id, reason, playedSeconds, ...this.heardAt(frame) })
  }

  private tellFailure(voice: Voice): void {
    if (voice.deck.failure === null || this.failuresTold.has(voice)) return
    this.failuresTold.add(voice)
    const { path, itemId } = voice.deck.source
    this.emit({ type: 'failed', itemId, path, why: voice.deck.failure })
  }

  /** An item whose sound does not come is over. */
  private watchCurrent(frame: number): void {
    const { current } = this
    if (!current) return
    this.tellFailure(current)
    if (!current.starved) {
      this.starvedSince = null
      return
    }
    this.starvedSince ??= frame
    if (frame - this.starvedSince < starvedFrames) return
    current.deck.failure ??= 'The decoder gave no sound in time.'
    current.endReason = 'failed'
    this.gap = { join: cut('previous failed'), sinceFrame: frame, graceFrames }
    this.endCurrent(frame)
  }

  private framesUntilJoin(configuration: EngineConfiguration): number {
    const next = this.lineup.peek()
    if (!this.current || !next) return Number.POSITIVE_INFINITY
    return planJoin(this.current, next, configuration).inFrames
  }

  private framesUntilChange(frame: number, configuration: EngineConfiguration): number {
    let least: number = blockFrames
    if (this.current) {
      const join = this.stopAfter || this.held ? Number.POSITIVE_INFINITY : this.framesUntilJoin(configuration)
      least = Math.min(least, this.current.framesUntilSilent(frame))
      if (join > 0) least = Math.min(least, join)
    }
    for (const voice of this.outgoing) least = Math.min(least, voice.framesUntilSilent(frame))
    return Math.max(1, least)
  }

  /** Nothing is there to play: the loop fills in. */
  private fillGap(frame: number): void {
    this.gap ??= { join: cut('gapless'), sinceFrame: frame, graceFrames }
    if (this.loop.voice) {
      if (this.stopAfter) this.finished = true
      this.loop.watch(frame)
      return
    }
    const waited = frame - this.gap.sinceFrame
    const patience = this.lineup.peek() || this.gap.join.reason === 'first' ? this.gap.graceFrames : 0
    if (waited >= patience) this.loop.enter(frame)
  }

  private leaveLoop(frame: number, fadeFrames: number): void {
    const voice = this.loop.leave(frame, fadeFrames)
    if (voice) this.outgoing.push(voice)
  }
}

function mixInto(
  voice: Voice,
  music: Float32Array,
  voices: Float32Array,
  offset: number,
  frames: number,
  frame: number,
): void {
  voice.mix(voice.bus === 'voice' ? voices : music, offset, frames, frame)
}
