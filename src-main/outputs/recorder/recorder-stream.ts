// The recording inside the listener worker: where its AAC frames come from (the best variant of HLS, or an encoder of its
// own) and the tape that takes them.
import type { OwnEncoderOptions } from './own-encoder'
import { OwnEncoder } from './own-encoder'
import type { RecordOrder } from './protocol'
import { Tape, type TapeOptions } from './tape'

export interface RecorderStreamOptions extends TapeOptions, Pick<OwnEncoderOptions, 'ffmpegPath' | 'onState'> {
  onAir: () => boolean
}

export class RecorderStream {
  private readonly tape: Tape
  private encoder: OwnEncoder | null = null
  private hlsIsThere = false

  constructor(private readonly options: RecorderStreamOptions) {
    this.tape = new Tape(options)
  }

  /** Frames of the best HLS variant. */
  readonly take = (programFrame: number, units: readonly Buffer[]): void => {
    if (this.hlsIsThere) this.tape.push(programFrame, units)
  }

  async obey(order: RecordOrder): Promise<void> {
    this.tape.obey(order)
    await this.choose()
  }

  /** @param hlsIsThere whether its frames can be recorded */
  async follow(hlsIsThere: boolean): Promise<void> {
    this.hlsIsThere = hlsIsThere
    await this.choose()
  }

  tick(): void {
    this.encoder?.feed.tick()
  }

  start(firstFrame: number): void {
    this.encoder?.start(firstFrame)
  }

  async drain(): Promise<void> {
    await this.encoder?.feed.drain()
  }

  /** To be called when all frames of the program have come. */
  endProgram(): void {
    this.tape.endProgram()
  }

  async close(): Promise<void> {
    const { encoder } = this
    this.encoder = null
    await encoder?.close()
    await this.tape.close()
  }

  private async choose(): Promise<void> {
    const needed = this.tape.wanted && !this.hlsIsThere
    if (needed && !this.encoder) {
      const { ring, ffmpegPath, log, onState } = this.options
      const onUnits = (programFrame: number, units: readonly Buffer[]) => this.tape.push(programFrame, units)
      this.encoder = new OwnEncoder({ ring, ffmpegPath, log, onUnits, ...(onState ? { onState } : {}) })
      if (this.options.onAir()) this.encoder.start(null)
    } else if (!needed && this.encoder) {
      const { encoder } = this
      this.encoder = null
      await encoder.close()
    }
  }
}
