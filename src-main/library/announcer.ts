// Gathers what changed and tells the other rooms twice a second at most; that nearly everything changed, less often.
import type { EventBus } from '@contract/events'

const everyMs = 500
const mostIds = 250
/** Who is told of many looks through the whole library. */
const manyEveryMs = 5000

export class Announcer {
  private readonly ids = new Set<number>()
  private many = false
  private timer: NodeJS.Timeout | null = null
  private toldManyAt = Number.NEGATIVE_INFINITY

  /** @param changed called for each change, at once */
  constructor(
    private readonly events: EventBus,
    private readonly changed: () => void,
  ) {}

  /** A track was added, changed or removed. */
  note(trackId: number): void {
    this.changed()
    if (this.ids.size < mostIds) this.ids.add(trackId)
    else this.many = true
    this.timer ??= setTimeout(() => this.tell(), everyMs)
  }

  private tell(): void {
    const wait = this.many ? this.toldManyAt + manyEveryMs - performance.now() : 0
    if (wait > 0) this.timer = setTimeout(() => this.flush(), wait)
    else this.flush()
  }

  /** Tells at once: for what a person did, who looks at the screen. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (this.ids.size === 0) return
    const trackIds = this.many ? 'many' : [...this.ids]
    this.ids.clear()
    if (this.many) this.toldManyAt = performance.now()
    this.many = false
    this.events.emit('library.changed', { trackIds })
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }
}
