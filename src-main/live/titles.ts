// What sources say they play: read in whatever form it comes, put right where its letters are garbled, and passed on no
// faster than anybody reads. Used by the room alone.
import type { SourceTitle } from './sources'

const longest = 300
/** Software that counts seconds in its title must not fill the log. */
const restMs = 1500
/** Longer than any buffer between a source and the program. */
const longestOnItsWayMs = 10_000

export interface TitleWords {
  /** Artist and title in one line. */
  song: string | null
  title: string
  artist: string
}

/** @param repair puts text right that was read in the wrong character set @returns null where nothing is said */
export function readTitle({ song, title, artist }: TitleWords, repair: (text: string) => string): SourceTitle | null {
  const clean = (text: string) => repair(text).slice(0, longest)
  const apart = { title: clean(title), artist: clean(artist) }
  const line = clean(song ?? '')
  if (apart.title !== '' && apart.artist !== '') return apart
  if (line === '') return apart.title === '' && apart.artist === '' ? null : titleFirst(apart)
  const dash = line.indexOf(' - ')
  const split =
    dash < 0
      ? { title: line.replace(/^-\s*|\s*-$/g, ''), artist: '' }
      : { title: line.slice(dash + 3).trim(), artist: line.slice(0, dash).trim() }
  return split.title === '' && split.artist === '' ? null : titleFirst(split)
}

/** A name alone is shown where the title is. */
const titleFirst = ({ title, artist }: SourceTitle): SourceTitle =>
  title === '' ? { title: artist, artist: '' } : { title, artist }

/** A title, and where on the program it begins, as far as that is known. */
export interface PlacedTitle extends SourceTitle {
  atFrame: number | null
  /** Milliseconds since epoch. */
  atMs: number
}

export class Titles {
  readonly #waiting = new Map<string, { latest: PlacedTitle; timer: NodeJS.Timeout }>()
  readonly #shownMs = new Map<string, number>()
  /** Titles whose sound is still on its way to the program. */
  readonly #coming = new Map<string, { sourceId: string; timer: NodeJS.Timeout; title: SourceTitle }>()

  /** @param show takes a title that is to be seen now */
  constructor(private readonly show: (sourceId: string, title: PlacedTitle) => void) {}

  /** A title that begins now, or where a mark was set among the sound of the source. */
  set(sourceId: string, title: SourceTitle, mark?: number): void {
    if (mark === undefined) {
      this.#rest(sourceId, { ...title, atFrame: null, atMs: Date.now() })
      return
    }
    const key = `${sourceId} ${mark}`
    const timer = setTimeout(() => this.passed(sourceId, mark, null), longestOnItsWayMs)
    this.#coming.set(key, { sourceId, timer, title })
  }

  /** The program has got to a mark. */
  passed(sourceId: string, mark: number, atFrame: number | null): void {
    const key = `${sourceId} ${mark}`
    const coming = this.#coming.get(key)
    if (!coming) return
    clearTimeout(coming.timer)
    this.#coming.delete(key)
    this.#rest(sourceId, { ...coming.title, atFrame, atMs: Date.now() })
  }

  forget(sourceId: string): void {
    clearTimeout(this.#waiting.get(sourceId)?.timer)
    this.#waiting.delete(sourceId)
    this.#shownMs.delete(sourceId)
    for (const [key, coming] of this.#coming) {
      if (coming.sourceId !== sourceId) continue
      clearTimeout(coming.timer)
      this.#coming.delete(key)
    }
  }

  close(): void {
    const sourceIds = [...this.#waiting.keys(), ...[...this.#coming.values()].map((coming) => coming.sourceId)]
    for (const sourceId of sourceIds) this.forget(sourceId)
  }

  /** The first is seen at once, of others that follow closely the last. */
  #rest(sourceId: string, title: PlacedTitle): void {
    const waiting = this.#waiting.get(sourceId)
    if (waiting) {
      waiting.latest = title
      return
    }
    const restedMs = performance.now() - (this.#shownMs.get(sourceId) ?? Number.NEGATIVE_INFINITY)
    if (restedMs >= restMs) {
      this.#show(sourceId, title)
      return
    }
    const timer = setTimeout(() => {
      const { latest } = this.#waiting.get(sourceId) ?? { latest: title }
      this.#waiting.delete(sourceId)
      this.#show(sourceId, latest)
    }, restMs - restedMs)
    this.#waiting.set(sourceId, { latest: title, timer })
  }

  #show(sourceId: string, title: PlacedTitle): void {
    this.#shownMs.set(sourceId, performance.now())
    this.show(sourceId, title)
  }
}
