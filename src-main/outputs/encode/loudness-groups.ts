// One bus for each group of outputs: the program brought to the group's loudness, once, however many encoders the group has.
// A bus is a ring like the program's with the same frame numbers, so that whoever reads it keeps the program's time. Groups of
// the same loudness share the work.
import { OutputStage, type StageSettings, stageBlockFrames, stageDelayFrames } from '../../playout/output-stage'
import { createProgramRing, ProgramReader, ProgramWriter } from '../../playout/program-ring'

export const loudnessGroups = ['mounts', 'hls', 'destinations'] as const
export type LoudnessGroup = (typeof loudnessGroups)[number]
export type GroupSettings = Record<LoudnessGroup, StageSettings>

/** A new encoder goes on at most six seconds back. */
const ringSeconds = 8

export class LoudnessGroups {
  private readonly buses = new Map<LoudnessGroup, Bus>()

  constructor(
    private readonly program: SharedArrayBuffer,
    private settings: GroupSettings,
  ) {}

  /** The group's bus; it is filled from the first call on. */
  ring(group: LoudnessGroup): SharedArrayBuffer {
    let bus = this.buses.get(group)
    if (!bus) {
      const wanted = this.settings[group]
      const like = [...this.buses.keys()].find((other) => isSame(this.settings[other], wanted))
      const chain = (like && this.buses.get(like)?.chain) ?? new Chain(this.program, new OutputStage(wanted))
      bus = new Bus(chain)
      this.buses.set(group, bus)
    }
    return bus.ring
  }

  configure(settings: GroupSettings): void {
    for (const chain of this.chains()) this.configureChain(chain, settings)
    this.settings = settings
  }

  /** Takes over what the program has gained. To be called before the encoders are fed. */
  tick(): void {
    for (const chain of this.chains()) chain.tick()
  }

  private chains(): Set<Chain> {
    return new Set([...this.buses.values()].map(({ chain }) => chain))
  }

  /** Groups that shared their loudness until now may go apart: each goes on from where the others are. */
  private configureChain(chain: Chain, settings: GroupSettings): void {
    const apart: { chain: Chain; wanted: StageSettings }[] = []
    for (const [group, bus] of this.buses) {
      if (bus.chain !== chain) continue
      const wanted = settings[group]
      let taken = apart.find((one) => isSame(one.wanted, wanted))
      if (!taken) {
        taken = { chain: apart.length === 0 ? chain : chain.twin(), wanted }
        apart.push(taken)
      }
      bus.moveTo(taken.chain)
    }
    for (const one of apart) one.chain.configure(one.wanted)
  }
}

const isSame = (one: StageSettings, other: StageSettings) =>
  one.gainDb === other.gainDb && one.ceilingDbtp === other.ceilingDbtp

class Bus {
  readonly ring = createProgramRing(ringSeconds)
  readonly writer = new ProgramWriter(this.ring)

  constructor(public chain: Chain) {
    this.writer.beginAt(chain.nextFrame)
    chain.writers.add(this.writer)
  }

  moveTo(chain: Chain): void {
    this.chain.writers.delete(this.writer)
    this.chain = chain
    chain.writers.add(this.writer)
  }
}

/** One stage and whom it works for. */
class Chain {
  readonly writers = new Set<ProgramWriter>()
  private readonly reader: ProgramReader
  private readonly block = new Float32Array(stageBlockFrames * 2)

  constructor(
    private readonly program: SharedArrayBuffer,
    private readonly stage: OutputStage,
    /** What the stage gives first is older than the bus. */
    private leadFrames = stageDelayFrames,
  ) {
    this.reader = new ProgramReader(program)
  }

  /** The frame that comes out next. */
  get nextFrame(): number {
    return this.reader.position - stageDelayFrames + this.leadFrames
  }

  /** The same at the same place, which can be configured differently. */
  twin(): Chain {
    const twin = new Chain(this.program, this.stage.twin(), this.leadFrames)
    twin.reader.seekTo(this.reader.position)
    return twin
  }

  configure(settings: StageSettings): void {
    this.stage.configure(settings)
  }

  tick(): void {
    const { reader, stage, writers, block } = this
    while (reader.available() >= stageBlockFrames) {
      const dropped = reader.droppedFrames
      const piece = reader.read(stageBlockFrames, block)
      if (!piece) return
      if (reader.droppedFrames > dropped) this.resume(piece.frame)
      stage.process(piece.samples)
      const given = this.leadFrames > 0 ? piece.samples.subarray(this.leadFrames * 2) : piece.samples
      for (const writer of writers) writer.write(given)
      this.leadFrames = 0
    }
  }

  /** This thread was held up for longer than the program reaches back: the buses go on at the program's frame. */
  private resume(frame: number): void {
    for (const writer of this.writers) writer.beginAt(frame)
    this.leadFrames = stageDelayFrames
  }
}
