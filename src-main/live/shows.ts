// Live shows as they are told to others: one for each presenter who has the program or talks over it, which goes on over a
// short break of the connection. Used by the air desk.
import type { StationEvents } from '@contract/events'

type LiveShow = StationEvents['live.show']

/** Who comes back within this goes on with the same show. */
const breakMs = 60_000

interface Running {
  show: LiveShow
  /** Set while it waits for its presenter to come back. */
  ending: NodeJS.Timeout | null
}

export class Shows {
  readonly #running = new Map<string, Running>()
  #count = 0

  constructor(private readonly tell: (show: LiveShow) => void) {}

  /** @param who the same for the same person, whatever they connect with */
  begin(who: string, about: Pick<LiveShow, 'presenterId' | 'presenter' | 'sourceId' | 'mode' | 'title'>): void {
    const running = this.#running.get(who)
    if (running && running.show.mode === about.mode) {
      if (running.ending) clearTimeout(running.ending)
      running.ending = null
      return
    }
    this.#endNow(who)
    // One show at a time has the program.
    if (about.mode === 'full')
      for (const [other, { show }] of [...this.#running]) if (show.mode === 'full') this.#endNow(other)
    const startedAt = Date.now()
    const showId = `${startedAt}-${++this.#count}`
    const show: LiveShow = { phase: 'begin', showId, ...about, startedAt, endedAt: null }
    this.#running.set(who, { show, ending: null })
    this.tell(show)
  }

  /** @param forGood nobody waits for them to come back */
  end(who: string, forGood: boolean): void {
    const running = this.#running.get(who)
    if (!running || running.ending) return
    running.show = { ...running.show, phase: 'end', endedAt: Date.now() }
    if (forGood) this.#endNow(who)
    else running.ending = setTimeout(() => this.#endNow(who), breakMs)
  }

  close(): void {
    for (const who of [...this.#running.keys()]) this.#endNow(who)
  }

  #endNow(who: string): void {
    const running = this.#running.get(who)
    if (!running) return
    if (running.ending) clearTimeout(running.ending)
    this.#running.delete(who)
    this.tell({ ...running.show, phase: 'end', endedAt: running.show.endedAt ?? Date.now() })
  }
}
