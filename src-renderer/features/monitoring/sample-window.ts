// The last minutes of a few numbers, for the small charts. Columns as uPlot takes them: times in seconds, then values.

export class SampleWindow<Name extends string> {
  private times: number[] = []
  private readonly values: Record<Name, (number | null)[]>

  constructor(
    private readonly names: readonly Name[],
    private readonly windowSeconds: number,
  ) {
    this.values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, (number | null)[]>
  }

  /** Adds one sample and lets go of those older than the window. A sample not newer than the last is left out. */
  add(atMs: number, sample: Record<Name, number | null>): void {
    const at = atMs / 1000
    const last = this.times.at(-1)
    if (last !== undefined && at <= last) return
    this.times.push(at)
    for (const name of this.names) this.values[name].push(sample[name])
    const from = this.times.findIndex((time) => time >= at - this.windowSeconds)
    if (from <= 0) return
    this.times = this.times.slice(from)
    for (const name of this.names) this.values[name] = this.values[name].slice(from)
  }

  /** Times in seconds since epoch, then one column for each name asked for. */
  columns(...names: Name[]): [number[], ...(number | null)[][]] {
    return [[...this.times], ...names.map((name) => [...this.values[name]])]
  }

  last(name: Name): number | null {
    return this.values[name].at(-1) ?? null
  }
}
