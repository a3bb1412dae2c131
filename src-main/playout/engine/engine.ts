// The engine: takes commands, gives blocks. It knows nothing of threads, clocks and processes; a driver calls
// `renderBlock()` whenever a block is due. Everything that happens, happens at a frame.
import { CartDesk, type VoiceHolder } from './carts'
import type { Deck, DeckEnvironment } from './deck'
import type { OpenDecoder } from './decoder-process'
import { Ducker } from './dsp/ducker'
import { Leveller } from './dsp/leveller'
import { Limiter, limiterDelayFrames } from './dsp/limiter'
import { MakeUp } from './dsp/makeup'
import { Fader } from './dsp/ramp'
import { blockFrames, framesOf } from './format'
import { HoldBed } from './hold-bed'
import { LiveDesk } from './live-desk'
import type { LiveSource } from './live-source'
import { LoudnessLog } from './loudness-log'
import { ProgramMeter } from './program-meter'
import {
  defaultConfiguration,
  type EngineCommand,
  type EngineConfiguration,
  type EngineEvent,
  type LivePortMessage,
} from './protocol'
import { Sequencer } from './sequencer'
import { SilenceWatch } from './silence-watch'
import { TalkPause } from './talk-pause'
import { cuts } from './transitions'
import { VoiceWatch } from './voice-watch'

/** Names frames by wall time; how blocks are paced is the driver's business. */
interface Clock {
  epochMsOf(frame: number): number
}

export interface EngineOptions {
  clock: Clock
  openDecoder: OpenDecoder
  emit: (event: EngineEvent) => void
  /** The number of the first frame that will be rendered. */
  firstFrame?: number
  /** The driver waits for decoders, so that the frame count says nothing about how long they take. */
  waitsForDecoders?: boolean
  /** Called when sound came or a decoder ended. */
  activity?: () => void
}

const blocksPerSecond = 50
const watchedMeterBlocks = 2
/** Even a cut is not a click. */
const shortestFadeFrames = 240

export class Engine {
  private configuration: EngineConfiguration = defaultConfiguration
  private readonly program = new Float32Array(blockFrames * 2)
  private readonly voices = new Float32Array(blockFrames * 2)
  private readonly sequencer: Sequencer
  private readonly live: LiveDesk
  private readonly bed: HoldBed
  private readonly carts: CartDesk
  private readonly talkPause = new TalkPause()
  private readonly ducker = new Ducker(defaultConfiguration.ducking)
  private readonly leveller = new Leveller(defaultConfiguration.processing, defaultConfiguration.targetLufs)
  private readonly limiter = new Limiter(defaultConfiguration.limiterCeilingDbtp)
  private readonly makeUp = new MakeUp()
  private readonly meter = new ProgramMeter()
  private readonly loudnessLog = new LoudnessLog()
  private readonly voiceWatch: VoiceWatch
  private readonly hearTalkover = (source: LiveSource) => this.voiceWatch.hear(source)
  private readonly master = new Fader(1)
  /** Set while the program fades out for good. */
  private offAirFrame: number | null = null
  private readonly silence = new SilenceWatch()
  private blockCount = 0
  private meterBlocks = watchedMeterBlocks
  private running = false
  /** The frame that the next block begins with, on the mixer; it is heard `limiterDelayFrames` later. */
  frame: number

  constructor(private readonly options: EngineOptions) {
    this.frame = options.firstFrame ?? 0
    const environment: DeckEnvironment = {
      openDecoder: options.openDecoder,
      waitsForDecoders: options.waitsForDecoders ?? false,
      activity: options.activity ?? (() => {}),
    }
    this.sequencer = new Sequencer(environment, options.emit, (frame) =>
      this.heardAt(frame + this.talkPause.pausedFrames),
    )
    this.live = new LiveDesk(options.emit, () => this.programIsFree())
    this.bed = new HoldBed(environment, options.emit)
    this.carts = new CartDesk(environment, options.emit, (frame) => this.heardAt(frame))
    this.voiceWatch = new VoiceWatch((sourceId, tooQuiet, underLu) =>
      options.emit({ type: 'voiceLevel', sourceId, tooQuiet, underLu }),
    )
  }

  get onAir(): boolean {
    return this.running
  }

  /** Follows a command from the next block on. */
  command(command: EngineCommand): void {
    switch (command.type) {
      case 'configure':
        this.configure(command.configuration)
        break
      case 'upcoming':
        this.sequencer.setUpcoming(command.items, this.queueFrame)
        break
      case 'revise':
        this.sequencer.revise(command.item, this.queueFrame)
        break
      case 'start':
        this.start()
        break
      case 'stop':
        this.stop(command.fadeSeconds ?? cuts.stop.fadeSeconds)
        break
      case 'skip':
      case 'fadeNow':
        this.moveOn(command.type)
        break
      case 'stopAfter':
        this.sequencer.stopAfter = command.enabled
        break
      case 'liveTake':
        this.takeLive(command.sourceId, command.mode)
        break
      case 'liveRelease':
        this.live.release('released', this.frame, this.configuration, command.sourceId)
        break
      case 'holdBed':
        this.setBed(command.path, command.gainDb ?? 0)
        break
      case 'cartLoad':
        this.carts.load(command.sounds, command.memoryMb)
        break
      case 'cartPlay':
        if (this.running) this.carts.play(command.play, this.frame)
        else this.refuse('cartPlay', 'The station is off air.')
        break
      case 'cartStop':
        this.carts.stop(command.playId, command.fadeSeconds, this.frame)
        break
      case 'cartForce':
        this.carts.force(command.playId)
        break
      case 'watchMeters':
        this.meterBlocks = command.enabled ? watchedMeterBlocks : blocksPerSecond
        break
      case 'livePort':
        // The worker listens to the port and hands on what comes by `receiveLive`.
        break
    }
  }

  /** Takes what came over the live port. */
  receiveLive(message: LivePortMessage): void {
    this.live.receive(message, this.frame, this.configuration)
  }

  /**
   * Renders the next 20 ms. Only to be called while on air.
   * @returns interleaved stereo; the same memory every time
   */
  renderBlock(): Float32Array {
    const { frame, program, voices, configuration } = this
    program.fill(0)
    this.live.tick(frame, configuration)
    if (this.bed.tick(frame)) this.sequencer.comeBack(this.queueFrame)
    voices.fill(0)
    this.carts.tick(frame, this.voiceHolder)
    this.mixQueue()
    this.bed.mix(program, frame)
    this.carts.mix('voices', voices, frame)
    this.live.mix('talkover', voices, frame)
    this.sum()
    this.carts.mix('over', program, frame)
    // Who has the program does not duck it: it fades by itself.
    this.live.mix('full', program, frame)
    this.live.retire(frame + blockFrames)
    this.carts.retire(frame + blockFrames)
    silenceNonsense(program)
    this.live.writeReturns(program, frame, this.master)
    this.finish()
    this.frame = frame + blockFrames
    this.blockCount++
    this.report()
    this.watchSilence()
    if (this.sequencer.finished && this.offAirFrame === null) this.offAirFrame = this.frame
    if (this.offAirFrame !== null && this.frame >= this.offAirFrame + limiterDelayFrames) this.goOffAir()
    return program
  }

  /** From the sum to the program: processing, the fade of the whole, the limiter and what is measured behind it. */
  private finish(): void {
    const { program, leveller, limiter, makeUp, meter } = this
    const processed = !leveller.idle
    if (processed) leveller.process(program)
    makeUp.apply(program)
    this.master.apply(program, this.frame, blockFrames)
    const truePeak = limiter.process(program, meter.truePeak)
    meter.process(program, truePeak)
    const { blockEnergy } = meter.loudness
    const limited = blockEnergy / (limiter.meanSquareGain * makeUp.ownSquare)
    const second = this.loudnessLog.take(meter, this.options.clock.epochMsOf(this.frame))
    if (second) this.options.emit({ type: 'loudness', second })
    // While the whole fades, quieter is what is wanted.
    if (this.offAirFrame !== null) return
    if (processed) makeUp.learn(leveller.blockEnergy, blockEnergy, leveller.steeredEnergy)
    else makeUp.learn(limited, blockEnergy)
  }

  /** Loads what comes next and drops what cannot be played; while on air every block does. */
  prepare(): void {
    this.sequencer.prepare(this.queueFrame)
    this.bed.prepare(this.frame)
    this.carts.prepare(this.frame)
  }

  /** Decks whose decoders the offline driver has to wait for. */
  *decks(): Iterable<Deck> {
    yield* this.sequencer.decks()
    yield* this.bed.decks()
    yield* this.carts.decks()
  }

  /** Whether everything that may be heard within the next seconds is in memory. */
  get settled(): boolean {
    for (const deck of this.sequencer.decks()) if (!deck.settled) return false
    for (const deck of this.bed.decks()) if (!deck.settled) return false
    return this.carts.settled
  }

  /** The queue's own count of frames: it does not go on while the queue stands still under long talk. */
  private get queueFrame(): number {
    return this.frame - this.talkPause.pausedFrames
  }

  /** Who speaks, apart from carts. */
  private get voiceHolder(): VoiceHolder {
    if (this.live.hasProgram || this.live.sounds('talkover')) return 'presenter'
    return this.sequencer.voiceSounding ? 'speech' : null
  }

  close(): void {
    this.running = false
    this.sequencer.close()
    this.bed.close()
    this.carts.close()
  }

  private configure(change: Partial<EngineConfiguration>): void {
    const before = this.configuration
    this.configuration = { ...before, ...change }
    if (change.ducking) this.ducker.configure(change.ducking)
    if (change.limiterCeilingDbtp !== undefined) this.limiter.setCeiling(change.limiterCeilingDbtp)
    if (change.processing !== undefined && change.processing !== before.processing) {
      this.leveller.setMode(change.processing)
    }
    if (change.targetLufs !== undefined) this.leveller.setTarget(change.targetLufs)
    if (change.fallbackPath !== undefined) this.sequencer.setFallback(change.fallbackPath, this.queueFrame)
  }

  private start(): void {
    if (this.running) {
      // Changed their mind while it faded out.
      if (this.offAirFrame === null) return
      this.offAirFrame = null
      this.master.moveTo(1, this.frame, framesOf(cuts.skip.fadeSeconds))
      return
    }
    this.running = true
    this.offAirFrame = null
    this.master.moveTo(1, this.frame, 0)
    this.silence.reset()
    this.meter.loudness.resetIntegrated()
    this.loudnessLog.reset()
    this.options.emit({ type: 'onAir', atFrame: this.frame, atMs: this.options.clock.epochMsOf(this.frame) })
    this.sequencer.start(this.queueFrame)
  }

  private stop(fadeSeconds: number): void {
    if (!this.running || this.offAirFrame !== null) return
    const length = Math.max(shortestFadeFrames, framesOf(fadeSeconds))
    this.master.moveTo(0, this.frame, length)
    this.offAirFrame = this.frame + length
  }

  private moveOn(how: 'skip' | 'fadeNow'): void {
    if (!this.running) {
      this.refuse(how, 'The station is off air.')
      return
    }
    if (this.live.hasProgram) {
      this.refuse(how, 'A presenter is on air.')
      return
    }
    if (this.bed.holding) {
      this.refuse(how, 'The hold bed is on air.')
      return
    }
    this.sequencer.moveOn(how === 'skip' ? 'skip' : 'fade now', this.queueFrame, this.configuration)
  }

  private takeLive(sourceId: string, mode: 'full' | 'talkover'): void {
    if (!this.running) {
      this.refuse('liveTake', 'The station is off air.')
      return
    }
    const hadProgram = this.live.hasProgram
    const why = this.live.take(sourceId, mode, this.frame, this.configuration)
    if (why) {
      this.refuse('liveTake', why)
      return
    }
    if (mode === 'full' && !hadProgram) {
      this.talkPause.hush(this.frame)
      this.carts.stop(null, this.configuration.live.fadeSeconds, this.frame)
      this.bed.giveWay(this.frame, framesOf(this.configuration.live.fadeSeconds))
      this.sequencer.giveWay(this.queueFrame, this.configuration)
    }
    if (hadProgram && !this.live.hasProgram) this.programIsFree()
  }

  /** Who had the program to themselves left it: the bed holds it, or the queue comes back. */
  private programIsFree(): void {
    if (!this.bed.hold(this.frame)) this.sequencer.comeBack(this.queueFrame)
  }

  private setBed(path: string | null, gainDb: number): void {
    const fadeFrames = framesOf(this.configuration.live.fadeSeconds)
    if (this.bed.setPath(path, gainDb, this.frame, fadeFrames)) {
      this.sequencer.comeBack(this.queueFrame)
    }
  }

  private refuse(command: EngineCommand['type'], why: string): void {
    this.options.emit({ type: 'refused', command, why })
  }

  /** Adds one block of the queue, unless it stands still under long talk. */
  private mixQueue(): void {
    const { frame, configuration, program, voices, talkPause, sequencer } = this
    const { pauseSeconds } = configuration.talk
    const talkLeft = pauseSeconds > 0 ? this.carts.talkLeft(pauseSeconds) : null
    const pause = talkLeft !== null && !this.live.hasProgram && !sequencer.voiceSounding
    if (talkPause.tick(frame, pause ? talkLeft : null, sequencer.silent)) {
      const { clock, emit } = this.options
      const untilMs = talkPause.untilFrame === null ? null : clock.epochMsOf(talkPause.untilFrame)
      emit({ type: 'queuePaused', untilMs, atMs: clock.epochMsOf(frame) })
    }
    if (talkPause.frozen) {
      sequencer.prepare(this.queueFrame)
      return
    }
    const { queueFrame } = this
    sequencer.tick(queueFrame, configuration, this.live.hasProgram || this.bed.holding)
    sequencer.voiceTaken = this.carts.speaking
    sequencer.mix(program, voices, queueFrame, configuration)
    if (sequencer.voiceWanted) this.carts.yieldLoops(frame)
    talkPause.apply(program, frame)
  }

  /** Ducks the music under the voices and adds them. */
  private sum(): void {
    const { program, voices } = this
    const longer = this.sequencer.voiceSounding || this.live.sounds('talkover')
    const spoken = longer || this.carts.onVoiceBus
    this.watchVoices()
    if (!spoken && this.ducker.idle) return
    if (spoken) {
      const { ducking, talk } = this.configuration
      const link = !longer && this.carts.onlyLinks(talk.linkSeconds)
      this.ducker.setDepth(link ? Math.max(talk.linkDepthDb, ducking.depthDb) : ducking.depthDb)
    }
    this.ducker.process(program, voices, blockFrames)
    for (let index = 0; index < program.length; index++) program[index] = program[index]! + voices[index]!
  }

  /** Compares who talks over the music with it, before it is ducked. */
  private watchVoices(): void {
    const { live, voiceWatch } = this
    if (!live.sounds('talkover')) {
      voiceWatch.rest()
      return
    }
    voiceWatch.takeMusic(this.program)
    live.eachTalkover(this.hearTalkover)
    voiceWatch.retire()
  }

  private report(): void {
    if (this.blockCount % this.meterBlocks === 0) {
      this.options.emit({
        type: 'meter',
        reading: {
          atFrame: this.frame,
          ...this.meter.read(),
          gainReductionDb: this.limiter.takeGainReductionDb(),
          duckingDb: this.ducker.gainDb,
          sources: this.live.takeLevels(this.frame),
        },
      })
    }
    if (this.blockCount % blocksPerSecond === 0) this.sequencer.reportPosition(this.queueFrame)
  }

  private watchSilence(): void {
    const live = this.live.hasProgram
    const expected = this.offAirFrame !== null || (!live && this.sequencer.quietByDesign)
    const found = this.silence.take(this.meter.blockRms, this.configuration.deadAir, { expected, live })
    if (!found) return
    const { seconds, step } = found
    const atMs = this.options.clock.epochMsOf(this.frame)
    if (step === 'over') {
      this.options.emit({ type: 'silenceOver', seconds, atMs })
      return
    }
    const itemId = this.sequencer.currentItem?.id ?? null
    this.options.emit({ type: step === 'warn' ? 'silence' : 'deadAir', seconds, itemId, atMs })
    if (step === 'warn') return
    if (live) this.live.releaseProgram('silent', this.frame, this.configuration)
    else if (this.bed.holding) {
      this.bed.giveUp(this.frame, 'The file is silent.')
      this.sequencer.comeBack(this.queueFrame)
    } else this.sequencer.moveOn('dead air', this.queueFrame, this.configuration)
  }

  private goOffAir(): void {
    this.running = false
    this.offAirFrame = null
    this.live.clearAir(this.frame, this.configuration)
    this.bed.stop(this.frame)
    this.sequencer.stop(this.queueFrame)
    this.carts.clear(this.frame)
    this.talkPause.reset(this.frame)
    this.options.emit({ type: 'offAir', atFrame: this.frame, atMs: this.options.clock.epochMsOf(this.frame) })
  }

  /** When a frame of the mixer is heard on the program. */
  private heardAt(frame: number): { atFrame: number; atMs: number } {
    const atFrame = frame + limiterDelayFrames
    return { atFrame, atMs: this.options.clock.epochMsOf(atFrame) }
  }
}

/** A file of floats can hold values that are no numbers; one of them would stay in every filter for ever. */
function silenceNonsense(samples: Float32Array): void {
  let sum = 0
  for (let index = 0; index < samples.length; index++) sum += samples[index]!
  if (Number.isFinite(sum)) return
  for (let index = 0; index < samples.length; index++) if (!Number.isFinite(samples[index])) samples[index] = 0
}
