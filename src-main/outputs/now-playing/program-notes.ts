// What is said about the program: the state the main thread sent, switched when its item begins to sound.
import type { DateRange } from '../hls/playlist'
import { type NowPlayingState, nothingPlaying, titleLine } from './state'
import { TitleLine } from './title-line'

const keptRanges = 40
const keptStates = 60

export class ProgramNotes {
  readonly titles = new TitleLine()
  private shown: NowPlayingState = nothingPlaying
  private readonly dates: DateRange[] = []
  private timer: NodeJS.Timeout | null = null
  /** What was shown lately, for listeners who are behind; the newest last. */
  private readonly earlier: { fromMs: number; state: NowPlayingState }[] = []

  /** @param onChange what is shown has changed */
  constructor(
    private readonly epochMsOf: (frame: number) => number,
    private readonly onChange: () => void,
  ) {}

  /** What listeners are told now. */
  get state(): NowPlayingState {
    return this.shown
  }

  /** What is told to somebody who hears the program of this moment. @param epochMs at which it was on the program bus */
  stateAt(epochMs: number): NowPlayingState {
    const found = this.earlier.findLast(({ fromMs }) => fromMs <= epochMs) ?? this.earlier[0]
    return found?.state ?? this.shown
  }

  ranges(): readonly DateRange[] {
    return this.dates
  }

  /** Outputs switch at the frame; what is shown changes when that frame is on the program bus. */
  set(state: NowPlayingState): void {
    const { current, currentAtFrame } = state
    const atMs = currentAtFrame === null ? Date.now() : this.epochMsOf(currentAtFrame)
    if (current) {
      this.titles.set(currentAtFrame ?? 0, titleLine(current))
      this.note({ id: `item-${current.id}`, startMs: Math.round(atMs), title: current.title, artist: current.artist })
    }
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const waitMs = Math.min(5000, atMs - Date.now())
    if (waitMs <= 0) {
      this.show(state, atMs)
      return
    }
    this.timer = setTimeout(() => this.show(state, atMs), waitMs)
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
  }

  private show(state: NowPlayingState, fromMs: number): void {
    const last = this.earlier.at(-1)
    // A correction of what plays already holds from the item's beginning.
    if (last && sameItem(last.state.current, state.current)) last.state = state
    else this.earlier.push({ fromMs, state })
    if (this.earlier.length > keptStates) this.earlier.shift()
    this.shown = state
    this.onChange()
  }

  /** Once a playlist has named a range it keeps its attributes; a corrected title is a range of its own. */
  private note(range: DateRange): void {
    const known = this.dates.find((other) => other.id === range.id || other.id.startsWith(`${range.id}.`))
    if (known && known.title === range.title && known.artist === range.artist) return
    const last = this.dates.findLast((other) => other.id === range.id || other.id.startsWith(`${range.id}.`))
    if (last?.title === range.title && last.artist === range.artist) return
    this.dates.push(last ? { ...range, id: `${range.id}.${this.dates.length}`, startMs: Date.now() } : range)
    if (this.dates.length > keptRanges) this.dates.shift()
  }
}

const sameItem = (one: NowPlayingState['current'], other: NowPlayingState['current']) => one?.id === other?.id
