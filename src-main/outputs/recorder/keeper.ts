// Keeps the recording within its age, its size and the room of the disk: the oldest goes first. When the disk is full all
// the same, recording pauses; the program is not touched. Used by the recorder alone.
import { statfs } from 'node:fs/promises'
import { endOf, type Segment, type Segments } from './segments'

export interface Limits {
  keepDays: number
  maxBytes: number
  reserveBytes: number
  /** What was recorded for shows alone goes once nobody needs it. */
  showsOnly: boolean
}

export interface KeeperDeps {
  segments: Segments
  folder: string
  limits(): Limits
  /** A file that is not finished needs it. */
  isNeeded(segment: Segment): boolean
  /** The disk has room for the recording, or has none. */
  onRoom(room: { enough: boolean; freeBytes: number }): void
  /** Everything before was removed. */
  onRemoved(oldestAt: number): void
  now?: () => number
  /** Reads the free space of the disk. */
  readFree?: (folder: string) => Promise<number>
}

const everyMs = 15_000
/** This much is never given up for other programs that fill the disk. */
const keptMs = 3_600_000
/** Room has to grow by this much past the reserve before recording goes on. */
const margin = 1.05
const dayMs = 24 * 3_600_000
/** Nothing is taken away right behind the live edge: a show may be about to begin. */
const youngMs = 120_000

export class Keeper {
  freeBytes: number | null = null
  private enough = true
  private running: Promise<void> | null = null
  private readonly timer: NodeJS.Timeout
  private readonly now: () => number

  constructor(private readonly deps: KeeperDeps) {
    this.now = deps.now ?? Date.now
    this.timer = setInterval(() => void this.look(), everyMs).unref()
  }

  /** Looks at once. */
  look(): Promise<void> {
    this.running ??= this.keep().finally(() => {
      this.running = null
    })
    return this.running
  }

  async close(): Promise<void> {
    clearInterval(this.timer)
    await this.running
  }

  private async keep(): Promise<void> {
    const { deps } = this
    const { keepDays, maxBytes, reserveBytes, showsOnly } = deps.limits()
    const now = this.now()
    const removable = deps.segments.list().filter((segment) => segment.closed && !deps.isNeeded(segment))
    const tooOld = removable.filter(
      (segment) =>
        endOf(segment) < now - keepDays * dayMs || (showsOnly && segment.forShow && endOf(segment) < now - youngMs),
    )
    const going = new Set(tooOld)
    const rest = removable.filter((segment) => !going.has(segment))
    take(rest, going, deps.segments.bytes - sum(tooOld) - maxBytes)
    const free = await (deps.readFree ?? readFree)(deps.folder).catch(() => null)
    this.freeBytes = free
    if (free !== null) {
      const older = rest.filter((segment) => !going.has(segment) && endOf(segment) < now - keptMs)
      take(older, going, reserveBytes - free - sum([...going]))
    }
    await this.remove([...going])
    if (free !== null) this.judge(free + sum([...going]), reserveBytes)
  }

  private async remove(going: Segment[]): Promise<void> {
    if (going.length === 0) return
    await this.deps.segments.remove(going)
    this.deps.onRemoved(this.deps.segments.list()[0]?.startedAt ?? this.now())
  }

  private judge(freeBytes: number, reserveBytes: number): void {
    this.freeBytes = freeBytes
    const enough = freeBytes >= reserveBytes * (this.enough ? 1 : margin)
    if (enough === this.enough) return
    this.enough = enough
    this.deps.onRoom({ enough, freeBytes })
  }
}

/** Takes of the oldest until so many bytes are gathered. */
function take(oldestFirst: readonly Segment[], into: Set<Segment>, bytes: number): void {
  let missing = bytes
  for (const segment of oldestFirst) {
    if (missing <= 0) return
    if (into.has(segment)) continue
    into.add(segment)
    missing -= segment.bytes
  }
}

const sum = (segments: readonly Segment[]): number => segments.reduce((bytes, segment) => bytes + segment.bytes, 0)

async function readFree(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
