// One bus for each group of outputs: the program brought to the group's loudness, once, however many encoders the group has.
// A bus is a ring like the program's with the same frame numbers, so that whoever reads it keeps the program's time.
import { OutputStage, type StageSettings, stageBlockFrames, stageDelayFrames } from '../../playout/output-stage'
import { createProgramRing, ProgramReader, ProgramWriter } from '../../playout/program-ring'

export const loudnessGroups = ['mounts', 'hls', 'destinations'] as const
export type LoudnessGroup = (typeof loudnessGroups)[number]
export type GroupSettings = Record<LoudnessGroup, StageSettings>

/** A new encoder goes on at most six seconds back. */
const ringSeconds = 8

export class LoudnessGroups {
  private readonly buses = new Map<LoudnessGroup, GroupBus>()

  constructor(
    private readonly program: SharedArrayBuffer,
    private settings: GroupSettings,
  ) {}

  /** The group's bus; it is filled from the first call on. */
  ring(group: LoudnessGroup): SharedArrayBuffer {
    let bus = this.buses.get(group)
    if (!bus) {
      bus = new GroupBus(this.program, this.settings[group])
      this.buses.set(group, bus)
    }
    return bus.ring
  }

  configure(settings: GroupSettings): void {
    this.settings = settings
    for (const [group, bus] of this.buses) bus.configure(settings[group])
  }

  /** Takes over what the program has gained. To be called before the encoders are fed. */
  tick(): void {
    for (const bus of this.buses.values()) bus.tick()
  }
}

class GroupBus {
  readonly ring = createProgramRing(ringSeconds)
  private readonly reader: ProgramReader
  private readonly writer = new ProgramWriter(this.ring)
  private readonly stage: OutputStage
  /** What the stage gives first is older than the bus. */
  private leadFrames = stageDelayFrames

  constructor(program: SharedArrayBuffer, settings: StageSettings) {
    this.reader = new ProgramReader(program)
    this.stage = new OutputStage(settings)
    this.writer.beginAt(this.reader.position)
  }

  configure(settings: StageSettings): void {
    this.stage.configure(settings)
  }

  tick(): void {
    const { reader, stage } = this
    while (reader.available() >= stageBlockFrames) {
      const dropped = reader.droppedFrames
      const piece = reader.read(stageBlockFrames)
      if (!piece) return
      if (reader.droppedFrames > dropped) this.resume(piece.frame)
      stage.process(piece.samples)
      this.writer.write(this.leadFrames > 0 ? piece.samples.subarray(this.leadFrames * 2) : piece.samples)
      this.leadFrames = 0
    }
  }

  /** This thread was held up for longer than the program reaches back: the bus goes on at the program's frame. */
  private resume(frame: number): void {
    this.writer.beginAt(frame)
    this.leadFrames = stageDelayFrames
  }
}
