// How many listened when: figures of the outputs as they changed, kept long enough for the longest item. Pure.

/** Present now, and ever joined since the counting thread began, by output. */
export interface Figures {
  present: Record<string, number>
  joined: Record<string, number>
}

export interface Heard {
  atStart: number
  /** Those at the start and those who came meanwhile. */
  listeners: number
  listenerSeconds: number
}

interface Sample {
  atMs: number
  present: number
  /** Ever joined, going on over new starts of the counting thread. */
  joined: number
}

const keptMs = 25 * 3_600_000

export class AudienceHistory {
  private readonly samples = new Map<string, Sample[]>()
  private readonly counted = new Map<string, number>()
  private firstMs: number | null = null

  get outputs(): string[] {
    return [...this.samples.keys()]
  }

  /** To be called every second or so; only changes are kept. */
  note(atMs: number, { present, joined }: Figures): void {
    this.firstMs ??= atMs
    for (const output of new Set([...this.samples.keys(), ...Object.keys(present), ...Object.keys(joined)])) {
      this.noteOutput(output, atMs, present[output] ?? 0, joined[output] ?? 0)
    }
  }

  /** Whether anybody counted at that time. */
  covers(ms: number): boolean {
    return this.firstMs !== null && ms >= this.firstMs
  }

  during(output: string, fromMs: number, toMs: number): Heard {
    const samples = this.samples.get(output) ?? []
    const start = at(samples, fromMs)
    const end = at(samples, toMs)
    let listenerSeconds = 0
    let [sinceMs, present] = [fromMs, start.present]
    for (const sample of samples.slice(indexAfter(samples, fromMs))) {
      if (sample.atMs >= toMs) break
      listenerSeconds += (present * (sample.atMs - sinceMs)) / 1000
      ;[sinceMs, present] = [sample.atMs, sample.present]
    }
    listenerSeconds += (present * Math.max(0, toMs - sinceMs)) / 1000
    return { atStart: start.present, listeners: start.present + end.joined - start.joined, listenerSeconds }
  }

  private noteOutput(output: string, atMs: number, present: number, joined: number): void {
    const samples = this.samples.get(output) ?? []
    this.samples.set(output, samples)
    const before = this.counted.get(output) ?? 0
    this.counted.set(output, joined)
    const last = samples.at(-1)
    // A new counting thread begins at nought.
    const came = joined >= before ? joined - before : joined
    if (last && last.present === present && came === 0) return
    samples.push({ atMs, present, joined: (last?.joined ?? 0) + came })
    while (samples.length > 2 && (samples[1]?.atMs ?? atMs) < atMs - keptMs) samples.shift()
  }
}

const at = (samples: readonly Sample[], ms: number): { present: number; joined: number } =>
  samples[indexAfter(samples, ms) - 1] ?? { present: 0, joined: 0 }

/** @returns the place of the first sample later than that moment */
function indexAfter(samples: readonly Sample[], ms: number): number {
  let [low, high] = [0, samples.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((samples[middle]?.atMs ?? 0) <= ms) low = middle + 1
    else high = middle
  }
  return low
}
