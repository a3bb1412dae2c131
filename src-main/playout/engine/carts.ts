// The cart desk: sounds held ready, carts that play, and the voice bus lock: one planned voice at a time.
import { CartVoice } from './cart-voice'
import type { Deck, DeckEnvironment } from './deck'
import { framesOf, sampleRate, secondsOf } from './format'
import { HeldSound, likelySeconds, soundKey } from './held-sound'
import type { CartEnd, CartPlay, CartSound, CartWait, EngineEvent } from './protocol'

/** More at once are refused: nobody could tell them apart. */
const mostCarts = 16
/** Up to this length a cart is held in memory as a whole. */
const wholeSeconds = 60
/** Of a longer one this much: far longer than a decoder takes to start. */
const headSeconds = 3
const bytesPerSecond = sampleRate * 2 * Float32Array.BYTES_PER_ELEMENT
/** So many sounds are loaded at the same time. */
const loadersAtOnce = 2
/** A cart makes way for another of its group, or for itself begun anew. */
const replacedFadeSeconds = 0.03

/** Who holds the voice bus, or nobody. */
export type VoiceHolder = Exclude<CartWait, 'sound'> | null

type Moment = (frame: number) => { atFrame: number; atMs: number }

export class CartDesk {
  private readonly held = new Map<string, HeldSound>()
  /** Still to be loaded, in order. */
  private wanted: { sound: CartSound; mostFrames: number }[] = []
  private readonly playing: CartVoice[] = []
  private waiting: { play: CartPlay; told: CartWait | null }[] = []

  constructor(
    private readonly environment: DeckEnvironment,
    private readonly emit: (event: EngineEvent) => void,
    private readonly heardAt: Moment,
  ) {}

  /** Holds the sounds of these carts ready, the first ones first, and lets go of all others. */
  load(sounds: readonly CartSound[], memoryMb: number): void {
    let budget = memoryMb * 1e6
    const plan = new Map<string, { sound: CartSound; mostFrames: number }>()
    for (const sound of sounds) {
      const key = soundKey(sound)
      if (plan.has(key)) continue
      const seconds = likelySeconds(sound)
      const bytes = seconds === null ? Number.POSITIVE_INFINITY : seconds * bytesPerSecond
      const whole = seconds !== null && seconds <= wholeSeconds && bytes <= budget
      if (whole) budget -= bytes
      // A second more than the library believes, so that the end of the file is seen.
      plan.set(key, { sound, mostFrames: framesOf(whole ? seconds + 1 : headSeconds) })
    }
    for (const [key, held] of this.held) if (plan.get(key)?.mostFrames !== held.mostFrames) this.letGo(key)
    this.wanted = [...plan.values()].filter(({ sound }) => !this.held.has(soundKey(sound)))
    this.loadMore()
  }

  /** Plays a cart from this frame on, or as soon as it can be. */
  play(play: CartPlay, frame: number): void {
    if (this.playing.length + this.waiting.length >= mostCarts) {
      this.tellEnd(play, 'failed', frame, 0, `No more than ${mostCarts} carts play at once.`)
      return
    }
    const waits = this.waiting.find((one) => one.play.sound.cartId === play.sound.cartId)
    if (waits) this.tellEnd(waits.play, 'replaced', frame, 0)
    this.waiting = this.waiting.filter((one) => one !== waits)
    this.hold(play.sound)
    this.waiting.push({ play, told: null })
  }

  /** @param playId null stops all, those that wait too */
  stop(playId: number | null, fadeSeconds: number, frame: number): void {
    const meant = (play: CartPlay) => playId === null || play.playId === playId
    for (const { play } of this.waiting) if (meant(play)) this.tellEnd(play, 'stop', frame, 0)
    this.waiting = this.waiting.filter(({ play }) => !meant(play))
    for (const voice of this.playing) if (meant(voice.play)) voice.stop('stop', frame, fadeSeconds)
  }

  /** A planned voice that is waiting sounds all the same. */
  force(playId: number): void {
    const waits = this.waiting.find(({ play }) => play.playId === playId)
    if (waits) waits.play.force = true
  }

  /** A voice of the queue is due: what speaks in a loop would never make way by itself. */
  yieldLoops(frame: number): void {
    for (const voice of this.playing) if (voice.speech && voice.play.loop) voice.stop('replaced', frame, 0.5)
  }

  /** Loads what is wanted. */
  prepare(frame: number): void {
    for (const held of [...this.held.values()]) if (!held.complete) held.tick(frame)
    this.loadMore()
  }

  /** To be called once a block, before `mix`. */
  tick(frame: number, holder: VoiceHolder): void {
    this.prepare(frame)
    for (const voice of this.playing) voice.tick(frame)
    if (this.waiting.length === 0) return
    for (const one of [...this.waiting]) this.startOrWait(one, frame, holder)
  }

  /** Adds one block: words and what ducks to `voices`, the rest to `over`. */
  mix(bus: 'voices' | 'over', target: Float32Array, frame: number): void {
    for (const voice of this.playing) if (voice.play.duck === (bus === 'voices')) voice.mix(target, frame)
  }

  /** Lets go of what is over. To be called after the block was mixed. */
  retire(frame: number): void {
    for (let index = this.playing.length - 1; index >= 0; index--) {
      const voice = this.playing[index]!
      if (voice.silentAt(frame)) this.end(index, frame)
    }
  }

  /** Whether a planned voice of the carts sounds. */
  get speaking(): boolean {
    return this.playing.some((voice) => voice.speech)
  }

  /** Whether anything sounds on the voice bus. */
  get onVoiceBus(): boolean {
    return this.playing.some((voice) => voice.play.duck)
  }

  /** @returns seconds until talk of at least `leastSeconds` is over; null when there is none */
  talkLeft(leastSeconds: number): number | null {
    let left: number | null = null
    for (const voice of this.playing) {
      if (!voice.speech || voice.leaving || (voice.lengthSeconds ?? 0) < leastSeconds) continue
      if (voice.secondsLeft !== null) left = Math.max(left ?? 0, voice.secondsLeft)
    }
    return left
  }

  /** Whether all that sounds on the voice bus is shorter than this. */
  onlyLinks(seconds: number): boolean {
    return this.playing.every((voice) => !voice.play.duck || (voice.lengthSeconds ?? seconds) < seconds)
  }

  /** Ends everything here and now; sounds stay held. */
  clear(frame: number): void {
    this.stop(null, 0, frame)
    for (const voice of this.playing) voice.endReason = 'stop'
    for (let index = this.playing.length - 1; index >= 0; index--) this.end(index, frame)
  }

  *decks(): Iterable<Deck> {
    for (const voice of this.playing) yield* voice.decks()
  }

  /** Whether waiting for decoders could change what the mixer does next. */
  get settled(): boolean {
    for (const held of this.held.values()) if (!held.complete) return false
    return this.wanted.length === 0 && this.playing.every((voice) => voice.settled)
  }

  /** Decoders that the offline driver has waited for in vain. */
  stalled(): void {
    for (const held of [...this.held.values()]) if (!held.complete) held.stalled()
  }

  close(): void {
    for (const voice of this.playing) voice.close()
    for (const held of this.held.values()) held.close()
    this.held.clear()
    this.wanted = []
  }

  private startOrWait(one: { play: CartPlay; told: CartWait | null }, frame: number, holder: VoiceHolder): void {
    const { play } = one
    const held = this.hold(play.sound)
    if (held.complete && held.frames === 0) {
      this.waiting = this.waiting.filter((other) => other !== one)
      this.held.delete(soundKey(play.sound))
      this.tellEnd(play, 'failed', frame, 0, held.failure ?? 'The file holds no sound.')
      return
    }
    const waitsFor = held.ready ? this.lockedBy(play, holder) : 'sound'
    if (waitsFor !== null) {
      if (one.told !== waitsFor) this.emit({ type: 'cart', ...idsOf(play), state: 'waiting', waitingFor: waitsFor })
      one.told = waitsFor
      return
    }
    this.waiting = this.waiting.filter((other) => other !== one)
    this.start(play, held, frame)
  }

  private lockedBy(play: CartPlay, holder: VoiceHolder): VoiceHolder {
    if (play.sound.kind !== 'speech' || play.force) return null
    // The same cart begun anew replaces itself.
    const another = (voice: CartVoice) => voice.speech && !this.makesWay(voice, play)
    return holder ?? (this.playing.some(another) ? 'speech' : null)
  }

  private start(play: CartPlay, held: HeldSound, frame: number): void {
    for (const voice of this.playing) {
      if (this.makesWay(voice, play)) voice.stop('replaced', frame, replacedFadeSeconds)
    }
    const voice = new CartVoice(play, held, this.environment)
    this.playing.push(voice)
    const { lengthSeconds } = voice
    this.emit({ type: 'cart', ...idsOf(play), state: 'started', lengthSeconds, ...this.heardAt(frame) })
  }

  private makesWay({ play }: CartVoice, next: CartPlay): boolean {
    return play.sound.cartId === next.sound.cartId || (next.group !== null && play.group === next.group)
  }

  private end(index: number, frame: number): void {
    const [voice] = this.playing.splice(index, 1)
    if (!voice) return
    voice.close()
    this.tellEnd(voice.play, voice.endReason, frame, secondsOf(voice.playedFrames), voice.failure ?? undefined)
  }

  private tellEnd(play: CartPlay, reason: CartEnd, frame: number, playedSeconds: number, why?: string): void {
    const end = { reason, playedSeconds, ...(why === undefined ? {} : { why }) }
    this.emit({ type: 'cart', ...idsOf(play), state: 'ended', ...end, ...this.heardAt(frame) })
  }

  /** @returns the sound, which is loaded at once when it is not held yet */
  private hold(sound: CartSound): HeldSound {
    const key = soundKey(sound)
    const held = this.held.get(key)
    if (held) return held
    const mostFrames = this.wanted.find((one) => soundKey(one.sound) === key)?.mostFrames ?? framesOf(headSeconds)
    return this.open(sound, mostFrames)
  }

  private open(sound: CartSound, mostFrames: number): HeldSound {
    const key = soundKey(sound)
    this.wanted = this.wanted.filter((one) => soundKey(one.sound) !== key)
    const held = new HeldSound(sound, mostFrames, this.environment, () => this.loadMore())
    this.held.set(key, held)
    return held
  }

  private loadMore(): void {
    let loading = 0
    for (const held of this.held.values()) if (!held.complete) loading++
    for (; loading < loadersAtOnce && this.wanted[0]; loading++) {
      const { sound, mostFrames } = this.wanted[0]
      this.open(sound, mostFrames)
    }
  }

  private letGo(key: string): void {
    const held = this.held.get(key)
    // One that is on air goes on; its decoder ends with the sound.
    if (!this.playing.some(({ play }) => soundKey(play.sound) === key)) held?.close()
    this.held.delete(key)
  }
}

function idsOf({ playId, sound }: CartPlay): { playId: number; cartId: number } {
  return { playId, cartId: sound.cartId }
}
