// What plays next: the planner's list, its first items loaded ahead of need, those that fail taken out.
import { Deck, type DeckEnvironment, deckSourceOf } from './deck'
import { sampleRate } from './format'
import type { EngineEvent, EngineItem } from './protocol'

/** So many items are kept loaded: if the first fails at the last moment, the second is there. */
const loadedItems = 2
const wantedItems = 3
/** The list may still name an item that began or failed while the message was on its way. */
const messageFrames = 5 * sampleRate
/** An item that is needed and gives no sound for this long is passed over. */
const patienceFrames = 2 * sampleRate

export class Lineup {
  private items: EngineItem[] = []
  private readonly decks = new Map<number, { item: EngineItem; deck: Deck }>()
  private readonly consumed = new Map<number, number>()
  private neededSince: { itemId: number; frame: number } | null = null

  constructor(
    private readonly environment: DeckEnvironment,
    private readonly emit: (event: EngineEvent) => void,
  ) {}

  get length(): number {
    return this.items.length
  }

  /** Replaces the list; what is loaded already and still named stays loaded. */
  set(items: EngineItem[], frame: number): void {
    for (const [id, at] of this.consumed) if (frame - at > messageFrames) this.consumed.delete(id)
    this.items = items.filter((item) => !this.consumed.has(item.id))
    for (const [id, loaded] of this.decks) {
      const item = this.items.find((candidate) => candidate.id === id)
      if (item && samePlayback(item, loaded.item)) {
        loaded.item = item
        loaded.deck.setEnd(deckSourceOf(item).endFrame)
      } else this.unload(id)
    }
    this.load(frame)
  }

  /** Loads ahead, drops what cannot be played. To be called once a block. */
  tick(frame: number): void {
    this.load(frame)
    for (const { deck } of this.decks.values()) deck.tick(frame)
  }

  /** The first item that can go on air now, with its deck; null while none can. */
  first(): { item: EngineItem; deck: Deck } | null {
    const item = this.items[0]
    const loaded = item && this.decks.get(item.id)
    return loaded?.deck.ready ? loaded : null
  }

  /** The first item, loaded or not. */
  peek(): EngineItem | null {
    return this.items[0] ?? null
  }

  /** Starts the decoder of the first item again: it is needed within seconds. */
  wakeFirst(): void {
    const item = this.items[0]
    if (item) this.decks.get(item.id)?.deck.wake()
  }

  /** Says that the first item is wanted right now; one that keeps the program waiting is passed over. */
  pressFirst(frame: number): void {
    const item = this.items[0]
    if (!item) return
    this.wakeFirst()
    if (this.neededSince?.itemId !== item.id) this.neededSince = { itemId: item.id, frame }
    if (frame - this.neededSince.frame > patienceFrames) this.fail(item, 'The decoder gave no sound in time.', frame)
  }

  /** Hands the first item over to the mixer. */
  take(frame: number): { item: EngineItem; deck: Deck } {
    const item = this.items.shift()!
    const loaded = this.decks.get(item.id)!
    this.decks.delete(item.id)
    this.consumed.set(item.id, frame)
    this.neededSince = null
    this.load(frame)
    return loaded
  }

  /** Asks the planner for more when few are left. */
  askForMore(): void {
    if (this.items.length < wantedItems) this.emit({ type: 'need', count: wantedItems - this.items.length })
  }

  /** Forgets which items have been on air: the same may come again after a stop. */
  forget(): void {
    this.consumed.clear()
  }

  *loadedDecks(): Iterable<Deck> {
    for (const { deck } of this.decks.values()) yield deck
  }

  close(): void {
    for (const id of [...this.decks.keys()]) this.unload(id)
    this.items = []
  }

  private load(frame: number): void {
    for (let index = 0; index < Math.min(loadedItems, this.items.length); ) {
      const item = this.items[index]!
      let loaded = this.decks.get(item.id)
      if (!loaded) {
        loaded = { item, deck: new Deck(deckSourceOf(item), this.environment) }
        this.decks.set(item.id, loaded)
      }
      if (loaded.deck.exhausted)
        this.fail(item, loaded.deck.failure ?? 'There is nothing between its cue points.', frame)
      else index++
    }
  }

  private fail(item: EngineItem, why: string, frame: number): void {
    this.items = this.items.filter((candidate) => candidate !== item)
    this.unload(item.id)
    this.consumed.set(item.id, frame)
    this.emit({ type: 'failed', itemId: item.id, path: item.path, why })
    this.askForMore()
  }

  private unload(id: number): void {
    this.decks.get(id)?.deck.close()
    this.decks.delete(id)
  }
}

function samePlayback(one: EngineItem, other: EngineItem): boolean {
  return (
    one.path === other.path && one.cueInSeconds === other.cueInSeconds && one.startAtSeconds === other.startAtSeconds
  )
}
