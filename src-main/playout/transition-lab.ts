// The transition lab: how two neighbours of the queue are joined, tried with other marks, rendered by the engine, kept.
// Used by this room, and by the server for the sound.
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { Join, JoinMarks } from '@contract/transitions'
import type { EngineConfiguration, EngineItem } from './engine/protocol'
import { type JoinSound, renderJoin } from './join-sound'
import { type HandedItem, marksAfter } from './neighbours'
import { beginOf, endOf, type PlannedJoin, plannedJoin } from './planned-join'
import type { Planner } from './planner'
import { joinInWords } from './played-log'
import type { Queue, QueueEntry } from './queue'

export interface TransitionLabDeps {
  queue: Queue
  planner: Planner
  running: () => HandedItem | null
  /** Where the running item is in its file, in seconds. */
  position: () => number
  configuration: () => EngineConfiguration
  ffmpegPath: string
}

export interface TransitionLab extends Operations<'transitions'> {
  /**
   * The end of the first item and the begin of the second, as the engine would send them.
   * @param seconds how much of each
   * @throws StationError `not_found`, `conflict`, `validation`, `unprocessable` when a file gives no sound
   */
  preview(input: { id: number; marks: JoinMarks; seconds: number }): Promise<JoinSound>
}

interface Pair {
  from: HandedItem
  to: HandedItem
  playing: boolean
}

/** Rounding in a waveform may end a hair behind the last sample. */
const toleranceSeconds = 0.05
/** A join that is nearer than this cannot be changed any more: the engine may have begun it. */
const tooLateSeconds = 0.5
const joinMarks = [
  'startNextSeconds',
  'cueOutSeconds',
  'fadeOutSeconds',
  'overlapSeconds',
  'cueInSeconds',
  'fadeInSeconds',
] as const satisfies readonly (keyof JoinMarks)[]

export function createTransitionLab(deps: TransitionLabDeps): TransitionLab {
  let rendering: Promise<unknown> = Promise.resolve()

  /** @throws StationError `not_found` when there is no such item, `conflict` when nothing comes before it */
  function entriesOf(id: number): { before: QueueEntry; entry: QueueEntry; playing: boolean } {
    const { entries } = deps.queue
    const index = entries.findIndex((one) => one.id === id)
    const entry = entries[index]
    if (!entry) throw new StationError('not_found', `There is no item ${id} in the queue.`, { id })
    const before = index > 0 ? entries[index - 1] : deps.running()?.entry
    if (!before) throw new StationError('conflict', 'Nothing sounds before this item: there is no join.', { id })
    return { before, entry, playing: index === 0 }
  }

  function pairOf(id: number, marks: JoinMarks | null): Pair {
    const { before, entry, playing } = entriesOf(id)
    const { neighbours } = deps.planner
    const itemOf = (one: QueueEntry, entering: JoinMarks | null, leaving: JoinMarks | null): HandedItem => {
      const track = deps.planner.track(one.trackId)
      if (!track) throw new StationError('not_found', 'A track of this join has left the library.', { id: one.id })
      return neighbours.item({ entry: one, track }, entering, leaving)
    }
    const { entries } = deps.queue
    const index = entries.indexOf(entry)
    const from = itemOf(before, marksBefore(index), marks)
    const to = itemOf(entry, marks, marksAfter(entry.trackId, entries[index + 1]))
    // What sounds already began where it began.
    const running = playing ? deps.running() : null
    if (running) from.item.cueInSeconds = running.item.cueInSeconds
    return { from, to, playing }
  }

  /** Marks kept for the join into the first of the two. */
  function marksBefore(index: number): JoinMarks | null {
    const { entries } = deps.queue
    const first = entries[index - 1]
    const beforeFirst = index > 1 ? entries[index - 2]?.trackId : deps.running()?.entry.trackId
    return marksAfter(beforeFirst ?? null, first)
  }

  const keptFor = (id: number): JoinMarks | null => {
    const { before, entry } = entriesOf(id)
    return marksAfter(before.trackId, entry)
  }

  function view(id: number, marks: JoinMarks | null): Join {
    const pair = pairOf(id, marks)
    const { from, to } = pair
    const planned = plannedJoin(from.item, to.item, deps.configuration())
    const plain = pairOf(id, null)
    const { transition, beginsAt, endsAt } = planned
    const overlapSeconds = Math.max(0, endsAt - beginsAt)
    return {
      from: sideOf(from, plain.from.item, pair.playing ? deps.position() : null),
      to: sideOf(to, plain.to.item, null),
      reason: transition.reason,
      level: transition.level,
      words: joinInWords({ ...transition, overlapSeconds }),
      overlapSeconds,
      beginsAtSeconds: beginsAt,
      endsAtSeconds: endsAt,
      entersAtSeconds: beginOf(to.item),
      ...fadesOf(planned, from.item, to.item),
      kept: keptFor(id),
      open: isOpen(pair),
    }
  }

  function isOpen({ from, to, playing }: Pair): boolean {
    if (!playing) return true
    const { beginsAt } = plannedJoin(from.item, to.item, deps.configuration())
    return deps.position() < beginsAt - tooLateSeconds
  }

  /** @throws StationError `validation` for marks outside the files, `conflict` for a join that has begun or would lie behind */
  function check(id: number, marks: JoinMarks, willBeKept: boolean): void {
    const pair = pairOf(id, marks)
    checkMarks(marks, pair)
    if (!willBeKept || !pair.playing) return
    if (!isOpen(pairOf(id, keptFor(id)))) throw new StationError('conflict', 'This join has begun already.', { id })
    if (!isOpen(pair)) {
      const positionSeconds = deps.position()
      throw new StationError('conflict', 'The running item has passed this point already.', { id, positionSeconds })
    }
  }

  return {
    get: ({ id }) => view(id, keptFor(id)),
    try({ id, ...input }) {
      const marks = marksOf(input)
      check(id, marks, false)
      return view(id, marks)
    },
    keep({ id, ...input }) {
      const marks = marksOf(input)
      check(id, marks, true)
      const { before } = entriesOf(id)
      const none = Object.keys(marks).length === 0
      deps.planner.setJoin(id, none ? null : marks, before.trackId)
      return view(id, keptFor(id))
    },
    reset({ id }) {
      entriesOf(id)
      deps.planner.setJoin(id, null, null)
      return { ok: true }
    },
    async preview({ id, marks: input, seconds }) {
      const marks = marksOf(input)
      const trial = Object.keys(marks).length > 0
      if (trial) check(id, marks, false)
      const { from, to } = pairOf(id, trial ? marks : keptFor(id))
      const configuration = deps.configuration()
      const { beginsAt } = plannedJoin(from.item, to.item, configuration)
      const { ffmpegPath } = deps
      const job = { from: from.item, to: to.item, beginsAt, seconds, configuration, ffmpegPath }
      // One at a time: a hundred of them must not take the processor from the program.
      const mine = rendering.then(() => renderJoin(job))
      rendering = mine.catch(() => {})
      return mine
    },
  }
}

/** Only what was given, and nothing that is no mark. */
function marksOf(input: JoinMarks): JoinMarks {
  const given = joinMarks.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]] as const]))
  return Object.fromEntries(given)
}

function sideOf({ entry, track, item }: HandedItem, plain: EngineItem, positionSeconds: number | null): Join['from'] {
  const marks = (of: EngineItem): Join['from']['marks'] => ({
    cueInSeconds: beginOf(of),
    introEndSeconds: track.cues.introEndSeconds,
    startNextSeconds: of.startNextSeconds,
    cueOutSeconds: of.cueOutSeconds,
    fadeInSeconds: of.fadeInSeconds,
    fadeOutSeconds: of.fadeOutSeconds,
  })
  return {
    queueId: entry.id,
    trackId: track.id,
    title: track.title,
    artist: track.artist,
    kind: track.kind,
    durationSeconds: track.durationSeconds,
    positionSeconds,
    marks: marks(item),
    marksOfTrack: marks(plain),
    lufs: track.lufs,
    gainDb: item.gainDb,
  }
}

function fadesOf({ transition }: PlannedJoin, from: EngineItem, to: EngineItem): Pick<Join, 'outgoing' | 'incoming'> {
  const own = (kind: EngineItem['kind'], seconds: number) =>
    ({ curve: seconds <= 0 ? 'none' : kind === 'speech' ? 'linear' : 'equal-power', seconds }) as const
  const { outgoing, outgoingSeconds, incoming, overlapSeconds } = transition
  return {
    outgoing:
      from.fadeOutSeconds === null
        ? { curve: outgoing, seconds: outgoingSeconds }
        : own(from.kind, from.fadeOutSeconds),
    incoming:
      to.fadeInSeconds === null
        ? { curve: incoming, seconds: incoming === 'none' ? 0 : overlapSeconds }
        : own(to.kind, to.fadeInSeconds),
  }
}

/** @throws StationError `validation` */
function checkMarks(marks: JoinMarks, { from, to }: Pair): void {
  const refuse = (message: string, field: keyof JoinMarks): never => {
    throw new StationError('validation', message, { field })
  }
  const { startNextSeconds, cueOutSeconds, fadeOutSeconds, overlapSeconds, cueInSeconds, fadeInSeconds } = marks
  const [length, begin] = [from.track.durationSeconds, beginOf(from.item)]
  const last = length > 0 ? length : Number.POSITIVE_INFINITY
  const end = cueOutSeconds ?? (overlapSeconds === undefined ? endOf(from.item) : last)
  if (overlapSeconds !== undefined && startNextSeconds !== undefined) {
    refuse('Give either the overlap or where the next item starts.', 'overlapSeconds')
  }
  if (cueOutSeconds !== undefined && cueOutSeconds > last + toleranceSeconds) {
    refuse(`The cue-out lies behind the end of the track (${length.toFixed(2)} s).`, 'cueOutSeconds')
  }
  if (cueOutSeconds !== undefined && cueOutSeconds <= begin) {
    refuse('The cue-out must lie behind the point where the item begins.', 'cueOutSeconds')
  }
  if (startNextSeconds !== undefined && (startNextSeconds <= begin || startNextSeconds > end + toleranceSeconds)) {
    refuse('The start of the next item must lie between the begin of the item and its cue-out.', 'startNextSeconds')
  }
  if (overlapSeconds !== undefined && length <= 0) {
    refuse('The length of this track is not known yet: set where the next item starts.', 'overlapSeconds')
  }
  if (overlapSeconds !== undefined && overlapSeconds > end - begin) {
    refuse('The overlap is longer than what is played of the track.', 'overlapSeconds')
  }
  if (fadeOutSeconds !== undefined && fadeOutSeconds > end - begin + toleranceSeconds) {
    refuse('The fade-out is longer than what is played of the track.', 'fadeOutSeconds')
  }
  const toLength = to.track.durationSeconds
  const toEnd = to.item.cueOutSeconds ?? (toLength > 0 ? toLength : Number.POSITIVE_INFINITY)
  if (cueInSeconds !== undefined && cueInSeconds >= toEnd - toleranceSeconds) {
    refuse('The cue-in must lie before the end of the track.', 'cueInSeconds')
  }
  if (fadeInSeconds !== undefined && fadeInSeconds > toEnd - (cueInSeconds ?? beginOf(to.item)) + toleranceSeconds) {
    refuse('The fade-in is longer than what is played of the track.', 'fadeInSeconds')
  }
  const enters = cueInSeconds ?? beginOf(to.item)
  if (overlapSeconds !== undefined && overlapSeconds > toEnd - enters) {
    refuse('The overlap is longer than what is played of the next track.', 'overlapSeconds')
  }
}
