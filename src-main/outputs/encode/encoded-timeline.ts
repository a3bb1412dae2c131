// Which frame of the program an encoder's sample is. Encoders count from zero and know nothing of blocks left out.
export class EncodedTimeline {
  private marks: { sample: number; programFrame: number }[] = [{ sample: 0, programFrame: 0 }]

  /** @param delaySamples how much later than its input an encoder's output begins */
  constructor(private readonly delaySamples: number) {}

  /** A new encoder begins with this frame of the program. */
  begin(programFrame: number): void {
    this.marks = [{ sample: 0, programFrame }]
  }

  /** Blocks were left out: the input's sample `sample` is `programFrame`. */
  gap(sample: number, programFrame: number): void {
    this.marks.push({ sample, programFrame })
    if (this.marks.length > 50) this.marks.shift()
  }

  /** @returns the frame of the program that is heard at this sample of the output */
  programFrameOf(sample: number): number {
    const input = sample - this.delaySamples
    const mark = this.marks.findLast((candidate) => candidate.sample <= input) ?? this.marks[0]
    return mark ? mark.programFrame + input - mark.sample : input
  }
}
