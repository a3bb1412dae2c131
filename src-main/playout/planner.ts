// Keeps the queue filled from the ladder (by hand, rotation, fallback playlist; the engine has the loop below that) and the
// engine supplied with the first items. Used by this room alone.
import { StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import type { JoinMarks } from '@contract/transitions'
import type { Log } from '../monitoring'
import type { EngineItem } from './engine/protocol'
import { expectedStarts, type Placed } from './expected-times'
import type { FileCheck } from './file-check'
import { type HandedItem, marksAfter, Neighbours } from './neighbours'
import type { LibraryForPlayout, RotationPort } from './ports'
import type { NewEntry, Queue, QueueEntry } from './queue'

/** The queue never shows fewer, as long as there is music. */
const leastEntries = 5
/** So many the engine is told of. */
const handedItems = 3
/** After so many files in a row that are not there, the rotation counts as empty for now. */
const mostLost = 40
const lookAgainMs = 10_000
/** So many items are looked through when the library says that much has changed. */
const lookedThrough = 200
/** Marks of a running item that are nearer than this are not moved any more. */
const nearestSeconds = 0.5
/** Of a longer queue the times of what was drawn are not looked at. */
const nearEntries = 40
/** What starts so soon is not changed for a rule any more: its decoder runs. */
const settledMs = 30_000
/** Items handed over are remembered a little longer, in case one starts while it is taken out. */
const rememberedItems = 20

export interface PlannerDeps {
  queue: Queue
  library: LibraryForPlayout
  rotation: RotationPort
  fileProblem: FileCheck
  log: Log
  targetLufs: () => number
  /** The item that sounds last at present. */
  running: () => HandedItem | null
  /** Where the running item is in its file, in seconds. */
  position: () => number
  /** Where the running item lies in time; null when none is running. */
  placed: () => Placed | null
  /** When it began to sound. */
  startedAt: () => number | null
  crossfadeSeconds: () => number
  /** Milliseconds since epoch. */
  now: () => number
  sendUpcoming: (items: EngineItem[]) => void
  /** The item that sounds has other marks or another gain now. */
  revise: (handed: HandedItem) => void
  /** An item cannot be played and left the queue. */
  skipped: (entry: QueueEntry, track: Track | null, why: string) => void
  queueChanged: () => void
}

export class Planner {
  #sent = ''
  readonly #handed = new Map<number, HandedItem>()
  readonly #tracks = new Map<number, Track | null>()
  readonly neighbours: Neighbours
  #work: Promise<void> | null = null
  #again = false
  #closed = false
  #lookAgain: NodeJS.Timeout | null = null
  /** Of the rules by which the queue was filled. */
  #rulesVersion = 0

  constructor(private readonly deps: PlannerDeps) {
    const { library, rotation, targetLufs } = deps
    this.neighbours = new Neighbours({
      track: (trackId) => this.track(trackId),
      measuredCues: (trackId) => library.measuredCues(trackId),
      crossfadeSeconds: (playlistId) => rotation.crossfadeSeconds(playlistId),
      targetLufs,
    })
  }

  /** The whole queue as items; those whose tracks have left the library are left out. */
  items(entries: readonly QueueEntry[] = this.deps.queue.entries): HandedItem[] {
    return this.neighbours.items(entries, this.deps.running()?.entry.trackId ?? null)
  }

  /** @returns the track as the library has it now */
  track(trackId: number): Track | null {
    let track = this.#tracks.get(trackId)
    if (track === undefined) {
      track = this.deps.library.track(trackId)
      this.#tracks.set(trackId, track)
    }
    return track
  }

  /** The library announced a change: edits take effect, removed tracks leave the queue. */
  libraryChanged(trackIds: number[] | 'many'): void {
    if (trackIds === 'many') this.#tracks.clear()
    else for (const id of trackIds) this.#tracks.delete(id)
    const { entries } = this.deps.queue
    const touched = new Set(trackIds === 'many' ? [] : trackIds)
    // Of a long queue the rest is looked at when it comes near; until then items without a track are not shown.
    const mine =
      trackIds === 'many' ? entries.slice(0, lookedThrough) : entries.filter((entry) => touched.has(entry.trackId))
    const gone = mine.filter((entry) => this.track(entry.trackId) === null)
    this.deps.queue.remove(gone.map((entry) => entry.id))
    if (gone.length > 0) this.deps.log.info('Tracks left the library and the queue', { count: gone.length })
    if (mine.length > 0) this.deps.queueChanged()
    void this.refill()
  }

  /** What was drawn again while its list was short, and need not be now: the first tracks of an import fill the queue alone. */
  #needlessRepeats(): number[] {
    const { queue, rotation, running } = this.deps
    const now = running()?.entry
    const seen = new Map<number, Set<number>>()
    if (now && now.playlistId !== null) seen.set(now.playlistId, new Set([now.trackId]))
    const repeats: QueueEntry[] = []
    for (const entry of queue.entries.slice(0, lookedThrough)) {
      if (entry.source === 'hand' || entry.playlistId === null) continue
      const known = seen.get(entry.playlistId) ?? new Set()
      if (known.has(entry.trackId)) repeats.push(entry)
      seen.set(entry.playlistId, known.add(entry.trackId))
    }
    const couldVary = ({ playlistId }: QueueEntry) => {
      const planned = seen.get(playlistId ?? -1)?.size ?? 0
      return rotation.playableCount(playlistId ?? -1, planned + 1) > planned
    }
    return repeats.filter(couldVary).map(({ id }) => id)
  }

  /** Lists changed: what was drawn from one that is not in use any more goes, and is drawn anew. */
  playlistsChanged(): void {
    const { queue, rotation } = this.deps
    const stale = queue.entries.filter(
      ({ source, playlistId }) => source !== 'hand' && playlistId !== null && !rotation.inUse(source, playlistId),
    )
    // Without the songs between them, jingles would stand side by side: what was drawn behind goes as well.
    const first = stale[0] && queue.entries.indexOf(stale[0])
    if (first !== undefined) {
      stale.push(...queue.entries.slice(first).filter((entry) => this.#isDrawn(entry) && !stale.includes(entry)))
    }
    if (rotation.rulesVersion() !== this.#rulesVersion) {
      this.#rulesVersion = rotation.rulesVersion()
      // What comes next may be on its way to the air; all behind it is drawn by the new rules.
      stale.push(...queue.entries.slice(1).filter((entry) => this.#isDrawn(entry) && !stale.includes(entry)))
    }
    this.#giveBack(queue.remove(stale.map((entry) => entry.id)))
    const repeats = queue.remove(this.#needlessRepeats())
    if (stale.length + repeats.length > 0) this.deps.queueChanged()
    void this.refill()
  }

  /** @returns how many were added @throws StationError `not_found`, `unprocessable` */
  addByHand(
    trackIds: readonly number[],
    position: 'next' | 'end' | number,
    reason: string,
    playlistId: number | null = null,
  ): number {
    const playable = trackIds.filter((id) => this.#isPlayable(id, trackIds.length === 1))
    if (playable.length === 0) throw new StationError('unprocessable', 'None of these tracks can be played.')
    const added = this.deps.queue.addByHand(playable, position, reason, playlistId)
    this.#changed()
    return added.length
  }

  order(ids: readonly number[]): void {
    this.deps.queue.order(ids)
    this.#changed()
  }

  /** @throws StationError `not_found` */
  remove(id: number): void {
    if (this.deps.queue.remove([id]).length === 0) {
      throw new StationError('not_found', `There is no item ${id} in the queue.`, { id })
    }
    this.#changed()
  }

  /** Empties the queue; what the rotation had put there goes back to be drawn again. */
  clear(): void {
    const removed = this.deps.queue.remove(this.deps.queue.entries.map((entry) => entry.id))
    this.#giveBack(removed)
    this.#changed()
  }

  putBack(entry: NewEntry): void {
    this.deps.queue.putBack(entry)
    this.#changed()
  }

  /** Marks for the join into an item of the queue; null leaves it to the rules. */
  setJoin(id: number, marks: JoinMarks | null, afterTrackId: number | null): void {
    this.deps.queue.setJoin(id, marks, afterTrackId)
    this.#supply()
    this.#changed()
  }

  /** The engine began an item: it leaves the queue. @returns null for an item that never was there */
  started(itemId: number): HandedItem | null {
    const handed = this.#handed.get(itemId) ?? null
    this.deps.queue.remove([itemId])
    this.#handed.delete(itemId)
    this.#changed()
    return handed
  }

  /** The engine could not play an item that waits in the queue. */
  failed(itemId: number, why: string): void {
    const entry = this.deps.queue.find(itemId)
    if (entry) this.#skip(entry, why)
    this.#changed()
  }

  /** The engine has started anew and knows nothing. */
  forgetSent(): void {
    this.#sent = ''
  }

  /** Fills the queue and supplies the engine. Calls while it runs lead to one more pass. */
  refill(): Promise<void> {
    this.#again = true
    this.#work ??= this.#run()
    return this.#work
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#lookAgain) clearTimeout(this.#lookAgain)
    await this.#work
  }

  #changed(): void {
    this.deps.queueChanged()
    void this.refill()
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false
      try {
        await this.#pass()
      } catch (error) {
        this.deps.log.error('The queue could not be filled', { error })
        this.#lookLater()
        break
      }
    }
    this.#work = null
  }

  async #pass(): Promise<void> {
    // What is there goes to the engine first; a draw may take a moment on a slow disk.
    await this.#dropLost()
    const before = this.deps.queue.entries
    this.#dropMisplaced()
    this.#supply()
    const dry = await this.#topUp()
    await this.#dropLost()
    if (this.#closed) return
    this.#supply()
    if (this.deps.queue.entries !== before) this.deps.queueChanged()
    if (dry) this.#lookLater()
  }

  /** @returns whether the lists had less than was wanted */
  async #topUp(): Promise<boolean> {
    const { queue } = this.deps
    let lost = 0
    const count = (fallbackToo: boolean) =>
      queue.entries.filter((entry) => fallbackToo || entry.source !== 'fallback').length
    for (const role of ['rotation', 'fallback'] as const) {
      while (count(role === 'fallback') < leastEntries && lost < mostLost && !this.#closed) {
        const last = queue.entries.findLast((entry) => role === 'fallback' || entry.source !== 'fallback')
        const drawn = await this.#draw(role, last)
        if (!drawn) break
        if (await this.#problemOf(drawn.trackId)) {
          lost += 1
          continue
        }
        if (role === 'rotation') this.#dropFallback()
        queue.addDrawn({ ...drawn, source: role, resumeAtSeconds: null })
      }
      lost = 0
    }
    return count(false) < leastEntries
  }

  /** Drawn by the rotation, and not begun. */
  #isDrawn({ resumeAtSeconds, source }: QueueEntry): boolean {
    return source === 'rotation' && resumeAtSeconds === null
  }

  /** In parts, because a large library may have to be searched for something that breaks no rule. */
  async #draw(role: 'rotation' | 'fallback', last: QueueEntry | undefined) {
    const { rotation, running } = this.deps
    const { planned, endsAt } = this.#plan()
    const before = { trackId: last?.trackId ?? running()?.entry.trackId ?? null, at: endsAt, planned }
    const parts = rotation.drawInParts(role, before)
    for (;;) {
      const part = parts.next()
      if (part.done) return part.value
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (this.#closed) return null
    }
  }

  /** What sounds and waits, with the times at which it is expected, and when something behind it would start. */
  #plan() {
    const { crossfadeSeconds, now, placed, queue, running } = this.deps
    const sounding = running()
    const items = this.items(queue.entries)
    // What comes behind is not known yet; another like the last is the best guess.
    const end = items.at(-1) ?? sounding
    const starts = expectedStarts(
      placed(),
      [...items, ...(end ? [end] : [])].map(({ item }) => item),
      crossfadeSeconds(),
      now(),
    )
    const planned = items.map(({ entry }, index) => ({
      ...{ id: entry.id, trackId: entry.trackId, playlistId: entry.playlistId, at: starts[index] as number },
      sounding: false,
    }))
    const runs = sounding && { ...sounding.entry, at: this.deps.startedAt() ?? now(), sounding: true }
    return { planned: runs ? [runs, ...planned] : planned, endsAt: starts.at(-1) ?? now() }
  }

  /**
   * After a skip, or when something was taken out, what was drawn for later comes sooner: from the first item on that is
   * too near to another now, or out of its hours, all is drawn anew. What is about to sound stays.
   */
  #dropMisplaced(): void {
    const { now, queue, rotation } = this.deps
    // Behind so many put in by hand nothing of the rotation is near.
    if (queue.entries.length > nearEntries || !queue.entries.some((entry) => this.#isDrawn(entry))) return
    const { planned } = this.#plan()
    for (const [index, { at, id, playlistId, sounding, trackId }] of planned.entries()) {
      const entry = sounding ? undefined : queue.find(id)
      if (!entry || !this.#isDrawn(entry) || playlistId === null || at < now() + settledMs) continue
      const before = { trackId: null, at, planned: planned.slice(0, index) }
      if (rotation.stillFits({ trackId, playlistId, trace: entry.trace }, before)) continue
      const rest = queue.entries.slice(queue.entries.indexOf(entry)).filter((one) => this.#isDrawn(one))
      this.#giveBack(queue.remove(rest.map((one) => one.id)))
      return
    }
  }

  /** The rotation has music again: what stood in for it goes. */
  #dropFallback(): void {
    const { queue } = this.deps
    const standIns = queue.entries.filter((entry) => entry.source === 'fallback')
    if (standIns.length > 0) this.#giveBack(queue.remove(standIns.map((entry) => entry.id)))
  }

  /** Takes out of the first items those that cannot be played. */
  async #dropLost(): Promise<void> {
    for (let index = 0; index < Math.min(handedItems, this.deps.queue.entries.length) && !this.#closed; ) {
      const entry = this.deps.queue.entries[index]!
      const why = await this.#problemOf(entry.trackId)
      // The queue may have changed while the file was looked at.
      if (this.deps.queue.entries[index]?.id !== entry.id) continue
      if (why) this.#skip(entry, why)
      else index += 1
    }
  }

  #skip(entry: QueueEntry, why: string): void {
    this.deps.queue.remove([entry.id])
    this.#handed.delete(entry.id)
    this.deps.skipped(entry, this.track(entry.trackId), why)
  }

  async #problemOf(trackId: number): Promise<string | null> {
    const track = this.track(trackId)
    if (!track) return 'The track is not in the library any more.'
    if (track.state === 'failed') return track.problem ?? 'The file cannot be played.'
    if (track.state === 'missing') return 'The file is gone.'
    return this.deps.fileProblem(track.path)
  }

  #isPlayable(trackId: number, alone: boolean): boolean {
    const track = this.track(trackId)
    if (!track) throw new StationError('not_found', `There is no track ${trackId}.`, { trackId })
    if (track.state === 'playable' || track.state === 'pending') return true
    if (!alone) return false
    const why = track.state === 'missing' ? 'The file is gone.' : (track.problem ?? 'The file is broken.')
    throw new StationError('unprocessable', `“${track.title}” cannot be played: ${why}`, { trackId })
  }

  #supply(): void {
    this.#revise()
    // One more, because it may have marks for the join out of the last.
    const handed = this.items(this.deps.queue.entries.slice(0, handedItems + 1)).slice(0, handedItems)
    for (const one of handed) {
      this.#handed.delete(one.entry.id)
      this.#handed.set(one.entry.id, one)
    }
    for (const id of this.#handed.keys()) {
      if (this.#handed.size <= rememberedItems) break
      this.#handed.delete(id)
    }
    const items = handed.map((one) => one.item)
    const text = JSON.stringify(items)
    if (text === this.#sent) return
    this.#sent = text
    this.deps.sendUpcoming(items)
  }

  /** What has changed about the item that sounds: its analysis came, somebody moved a mark, another one follows. */
  #revise(): void {
    const running = this.deps.running()
    const track = running && this.track(running.entry.trackId)
    if (!running || !track) return
    const leaving = marksAfter(running.entry.trackId, this.deps.queue.entries[0])
    const revised = this.neighbours.item({ entry: running.entry, track }, null, leaving)
    // How it began stays as it was, and a mark that came behind the playhead must not cut it off.
    const { cueInSeconds, fadeInSeconds } = running.item
    const { startNextSeconds, cueOutSeconds } = revised.item
    const passed =
      Math.min(startNextSeconds ?? Number.POSITIVE_INFINITY, cueOutSeconds ?? Number.POSITIVE_INFINITY) <
      this.deps.position() + nearestSeconds
    const item = { ...revised.item, cueInSeconds, fadeInSeconds, ...(passed ? endOfItem(running.item) : {}) }
    if (JSON.stringify(item) !== JSON.stringify(running.item)) this.deps.revise({ ...revised, item })
  }

  #giveBack(entries: readonly QueueEntry[]): void {
    for (const { source, trackId, playlistId } of entries) {
      if (source !== 'hand' && playlistId !== null) this.deps.rotation.giveBack({ trackId, playlistId })
    }
  }

  #lookLater(): void {
    if (this.#closed) return
    this.#lookAgain ??= setTimeout(() => {
      this.#lookAgain = null
      void this.refill()
    }, lookAgainMs)
    this.#lookAgain.unref()
  }
}

/** The marks that decide how an item ends. */
function endOfItem({ startNextSeconds, startNextBy, cueOutSeconds, cueOutBy, decay, fadeOutSeconds }: EngineItem) {
  const by = { ...(startNextBy && { startNextBy }), ...(cueOutBy && { cueOutBy }) }
  return { startNextSeconds, cueOutSeconds, fadeOutSeconds, ...by, ...(decay !== undefined && { decay }) }
}
