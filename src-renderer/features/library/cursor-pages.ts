// A long list fetched page by page as it is scrolled: one request at a time, answers to old questions dropped.
// Knows nothing of React; `useCursorPages` binds it to a component.

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
  total: number
}

/** Asks the engine for one page. @param signal aborts when the question is no longer asked. */
export type FetchPage<Query, Item> = (
  query: Query,
  page: { cursor: string | undefined; limit: number },
  signal: AbortSignal,
) => Promise<Page<Item>>

export interface PagesState<Item> {
  /** loading: nothing to show yet; ready: items belong to the question; stale: items belong to the one before. */
  status: 'loading' | 'ready' | 'stale' | 'error'
  /** Without gaps from the first row on; rows from `items.length` to `total` are not fetched yet. */
  items: readonly Item[]
  total: number
  error: unknown
}

const firstPage = 100
const laterPages = 500

export class CursorPages<Query, Item extends { id: number }> {
  private state: PagesState<Item> = { status: 'loading', items: [], total: 0, error: null }
  private readonly listeners = new Set<() => void>()
  private query: Query | undefined
  private cursor: string | null = null
  private wantedRows = firstPage
  private running: AbortController | null = null

  constructor(private readonly fetchPage: FetchPage<Query, Item>) {}

  readonly get = (): PagesState<Item> => this.state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Asks a new question from its first row. What was shown stays, marked stale, until the answer is there. */
  open(query: Query): void {
    this.query = query
    this.wantedRows = firstPage
    this.start()
  }

  /** Asks the same question again, down to the row that is looked at, and swaps the rows when all are there. */
  refresh(): void {
    if (this.query !== undefined) this.start()
  }

  /** Says that rows up to this one are about to be looked at. */
  need(rows: number): void {
    if (rows <= this.wantedRows) return
    this.wantedRows = rows
    if (!this.running && this.cursor !== null && this.state.status === 'ready') void this.more()
  }

  /** Puts an edited item in the place of the old one, without asking the engine. */
  replace(item: Item): void {
    this.set({ items: this.state.items.map((old) => (old.id === item.id ? item : old)) })
  }

  /** Takes items out at once; the next refresh confirms it. */
  drop(ids: ReadonlySet<number>): void {
    const items = this.state.items.filter((item) => !ids.has(item.id))
    this.set({ items, total: this.state.total - (this.state.items.length - items.length) })
  }

  close(): void {
    this.running?.abort()
    this.running = null
    this.listeners.clear()
  }

  private start(): void {
    this.running?.abort()
    this.running = null
    this.set({ status: this.state.items.length > 0 ? 'stale' : 'loading', error: null })
    void this.load([], null)
  }

  private more(): Promise<void> {
    return this.load(this.state.items, this.cursor)
  }

  /**
   * Fetches on from `before` until the wanted rows are there, and shows them then: rows on the way to a row far
   * down are looked at by nobody. A failure keeps what had come.
   */
  private async load(before: readonly Item[], from: string | null): Promise<void> {
    const controller = new AbortController()
    this.running = controller
    const items = [...before]
    let cursor = from
    let total = this.state.total
    try {
      for (let enough = false; !enough; ) {
        const limit = items.length === 0 ? firstPage : laterPages
        const page = await this.fetchPage(
          this.query as Query,
          { cursor: cursor ?? undefined, limit },
          controller.signal,
        )
        if (controller.signal.aborted) return
        items.push(...page.items)
        cursor = page.nextCursor
        total = page.total
        enough = cursor === null || items.length >= this.wantedRows
        if (enough || this.state.status === 'loading') this.show([...items], cursor, total)
      }
    } catch (error) {
      if (controller.signal.aborted) return
      if (this.state.status === 'ready' && items.length > before.length) this.show(items, cursor, total)
      this.set({ status: 'error', error })
    } finally {
      if (this.running === controller) this.running = null
    }
  }

  private show(items: readonly Item[], cursor: string | null, total: number): void {
    this.cursor = cursor
    this.set({ status: 'ready', items, total: cursor === null ? items.length : total, error: null })
  }

  private set(change: Partial<PagesState<Item>>): void {
    this.state = { ...this.state, ...change }
    for (const listener of this.listeners) listener()
  }
}
