// A long list of which only the rows near the eye are fetched, in blocks: a jump to the middle asks for the middle.
// Answers to old questions are dropped. Knows nothing of React; `usePageWindow` binds it to a component.

export interface Page<Item> {
  items: Item[]
  total: number
}

/** Asks the engine for some rows. @param signal aborts when nobody looks for them any more. */
export type FetchPage<Query, Item> = (
  query: Query,
  page: { offset: number; limit: number },
  signal: AbortSignal,
) => Promise<Page<Item>>

export interface PageState<Item> {
  /** loading: nothing to show yet; ready: rows belong to the question; stale: rows belong to the one before. */
  status: 'loading' | 'ready' | 'stale' | 'error'
  total: number
  error: unknown
  /** Rows by the number of their block; others are not fetched. */
  blocks: ReadonlyMap<number, readonly Item[]>
}

export const blockRows = 100
const mostAtOnce = 2
const mostKept = 40

export const rowOf = <Item>({ blocks }: PageState<Item>, index: number): Item | undefined =>
  blocks.get(Math.floor(index / blockRows))?.[index % blockRows]

export class PageWindow<Query, Item extends { id: number }> {
  private state: PageState<Item> = { status: 'loading', total: 0, error: null, blocks: new Map() }
  private readonly listeners = new Set<() => void>()
  private query: Query | undefined
  /** Blocks looked at, the first one first. */
  private wanted: number[] = [0]
  private running = new Map<number, AbortController>()
  /** Blocks that came for the question asked last. */
  private fresh = new Set<number>()

  constructor(private readonly fetchPage: FetchPage<Query, Item>) {}

  readonly get = (): PageState<Item> => this.state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Asks a new question from its first row. What was shown stays, marked stale, until the answer is there. */
  open(query: Query): void {
    this.query = query
    this.wanted = [0]
    this.start()
  }

  /** Asks the same question again for the rows looked at; the others are forgotten once these are there. */
  refresh(): void {
    if (this.query !== undefined) this.start()
  }

  /**
   * Says which rows are looked at. What is asked already is waited for, a request or two: the engine would answer the
   * rows of every frame that a scrollbar is dragged over, one after the other, before those it stops at.
   */
  need(first: number, last: number): void {
    const [from, to] = [Math.floor(Math.max(0, first) / blockRows), Math.floor(Math.max(0, last) / blockRows)]
    const wanted: number[] = []
    for (let block = from; block <= to; block++) wanted.push(block)
    this.wanted = wanted
    this.fetchWanted()
  }

  /** Puts an edited item in the place of the old one, without asking the engine. */
  replace(item: Item): void {
    const blocks = new Map(this.state.blocks)
    for (const [block, items] of blocks) {
      if (items.some(({ id }) => id === item.id))
        blocks.set(
          block,
          items.map((old) => (old.id === item.id ? item : old)),
        )
    }
    this.set({ blocks })
  }

  close(): void {
    this.abort()
    this.listeners.clear()
  }

  private start(): void {
    this.abort()
    this.fresh = new Set()
    this.set({ status: this.state.blocks.size > 0 ? 'stale' : 'loading', error: null })
    this.fetchWanted()
  }

  private abort(): void {
    for (const controller of this.running.values()) controller.abort()
    this.running = new Map()
  }

  private fetchWanted(): void {
    if (this.query === undefined || this.state.status === 'error') return
    for (const block of this.wanted) {
      if (this.running.size >= mostAtOnce) return
      const isThere = this.fresh.has(block) || this.running.has(block)
      const isBehind = this.fresh.size > 0 && block > 0 && block * blockRows >= this.state.total
      if (!isThere && !isBehind) void this.fetch(block)
    }
  }

  private async fetch(block: number): Promise<void> {
    const controller = new AbortController()
    this.running.set(block, controller)
    try {
      const page = await this.fetchPage(
        this.query as Query,
        { offset: block * blockRows, limit: blockRows },
        controller.signal,
      )
      if (controller.signal.aborted) return
      this.running.delete(block)
      this.show(block, page)
    } catch (error) {
      if (controller.signal.aborted) return
      this.abort()
      this.set({ status: 'error', error })
      return
    }
    this.fetchWanted()
  }

  private show(block: number, page: Page<Item>): void {
    this.fresh.add(block)
    const complete = this.wanted.every((one) => this.fresh.has(one) || one * blockRows >= page.total)
    // Rows of before stay until all that are looked at are there: so nothing flickers when the library changes.
    const blocks = new Map(this.state.blocks)
    if (complete && this.state.status === 'stale') {
      for (const old of blocks.keys()) if (!this.fresh.has(old)) blocks.delete(old)
    }
    blocks.delete(block)
    blocks.set(block, page.items)
    for (const old of blocks.keys()) {
      if (blocks.size <= mostKept) break
      if (this.wanted.includes(old)) continue
      blocks.delete(old)
      this.fresh.delete(old)
    }
    const status = complete || this.state.status !== 'stale' ? 'ready' : 'stale'
    this.set({ status, blocks, total: page.total, error: null })
  }

  private set(change: Partial<PageState<Item>>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.listeners) listener()
  }
}
