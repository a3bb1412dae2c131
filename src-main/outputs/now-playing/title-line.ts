// The titles along the program: each begins at a frame, so that every output can switch where the listener hears it.
export interface TitleMark {
  /** Frame of the program from which it holds. */
  atFrame: number
  title: string
}

const kept = 50

export class TitleLine {
  private marks: TitleMark[] = []

  /** Marks behind `atFrame` are replaced: a later message corrects an earlier one. */
  set(atFrame: number, title: string): void {
    this.marks = this.marks.filter((mark) => mark.atFrame < atFrame)
    if (this.marks.at(-1)?.title !== title) this.marks.push({ atFrame, title })
    if (this.marks.length > kept) this.marks.shift()
  }

  at(frame: number): string {
    return this.marks.findLast((mark) => mark.atFrame <= frame)?.title ?? this.marks[0]?.title ?? ''
  }
}
