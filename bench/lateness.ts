// How late the engine's blocks are while the machine idles, while one core is busy, while all are, and beyond that.
// WAVEDESK_BENCH_MINUTES sets how long all cores are busy.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Background, start } from './background'
import type { BenchRow } from './bench-row'
import { importAll, makeMusic, startStation, type WholeStation } from './whole-station'

/** The engine reports every ten seconds. */
const reports = 4
const reportsAMinute = 6

interface Pacing {
  blocks: number
  lateP99Ms: number
  lateMaxMs: number
  missed: number
  resyncs: number
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-lateness-'))
  const dataDir = join(folder, 'station')
  await makeMusic(join(folder, 'music'))
  await importAll(dataDir, join(folder, 'music'))
  const station = await startStation(dataDir)
  const cores = availableParallelism()
  const minutes = Number(process.env['WAVEDESK_BENCH_MINUTES'] || 0)
  const phases = [
    { name: 'idle', busy: 0, reachMs: 2, count: reports },
    { name: 'one core busy', busy: 1, reachMs: 2, count: reports },
    {
      ...{ name: cores === 2 ? 'both cores busy' : 'all cores busy', busy: cores, reachMs: 5 },
      count: minutes > 0 ? Math.ceil(minutes * reportsAMinute) : reports,
    },
    { name: `${2 * cores} loops on ${cores} cores`, busy: 2 * cores, reachMs: null, count: reports },
    { name: `${4 * cores} loops on ${cores} cores`, busy: 4 * cores, reachMs: null, count: reports },
  ]
  const rows: BenchRow[] = []
  const hogs: Background[] = []
  try {
    await newReport(station, null)
    for (const { name, busy, reachMs, count } of phases) {
      while (hogs.length < busy) hogs.push(start('bench.hog', process.execPath, ['-e', 'for(;;);']))
      const before = stolenSeconds()
      const seen = await watch(station, count)
      rows.push(rowOf(name, reachMs, seen, stolenSeconds() - before))
    }
  } finally {
    await Promise.all(hogs.map((hog) => hog.stop()))
    await station.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return rows
}

async function watch(station: WholeStation, count: number): Promise<Pacing[]> {
  const seen: Pacing[] = []
  // The report under way began before this phase.
  let last = await newReport(station, null)
  while (seen.length < count) {
    last = await newReport(station, last)
    seen.push(last)
  }
  return seen
}

/** @param before what to wait past; null waits for the next one */
async function newReport(station: WholeStation, before: Pacing | null): Promise<Pacing> {
  const read = async () => (await station.get<{ pacing: Pacing }>('/api/monitoring/system')).pacing
  const known = before ?? (await read())
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    const now = await read()
    if (now.lateP99Ms !== known.lateP99Ms || now.lateMaxMs !== known.lateMaxMs) return now
  }
}

/** @param reachMs null where it is only reported how far it gets worse */
function rowOf(name: string, reachMs: number | null, seen: Pacing[], stolen: number): BenchRow {
  const p99 = Math.max(...seen.map(({ lateP99Ms }) => lateP99Ms))
  const missed = sum(seen.map((each) => each.missed)) + sum(seen.map((each) => each.resyncs))
  return {
    ...{ what: `block lateness, ${name}: p99`, ours: p99, peer: null, peerName: '', unit: 'ms', ratio: null },
    reach: reachMs === null ? 'reported' : `<= ${reachMs} ms, none a block late`,
    met: reachMs === null ? null : p99 <= reachMs && missed === 0,
    note: `worst of ${seen.length} reports of ${seen[0]?.blocks} blocks; at most ${Math.max(...seen.map(({ lateMaxMs }) => lateMaxMs)).toFixed(1)} ms, ${missed} by more than a block of the ten it has; the host took ${stolen.toFixed(1)} s away`,
  }
}

/** Processor that another guest of the same computer had instead of this one, since it started. Linux; 0 elsewhere. */
function stolenSeconds(): number {
  const file = '/proc/stat'
  if (!existsSync(file)) return 0
  return Number(readFileSync(file, 'utf8').split('\n')[0]?.split(/\s+/)[8] ?? 0) / 100
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
