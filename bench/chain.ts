// The whole chain beside Liquidsoap: processor and memory of everything that belongs to it, one after the other.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, portOpen } from './background'
import type { BenchRow } from './bench-row'
import { launchLiquidsoap, liquidsoap } from './liquidsoap'
import { cpuSecondsOf, memoryOf, type TreeMemory } from './process-tree'
import { importAll, makeMusic, startStation } from './whole-station'

/** Starting and reading the folder are over by then. */
const settleSeconds = 20
const steadySeconds = 75

interface Chain extends TreeMemory {
  cores: number
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-chain-'))
  try {
    const music = process.env['WAVEDESK_BENCH_MUSIC'] || join(folder, 'music')
    if (!process.env['WAVEDESK_BENCH_MUSIC']) await makeMusic(music)
    const ours = await ourChain(join(folder, 'station'), music)
    const command = liquidsoap()
    const peer = command === null ? null : await peerChain(command, folder, music)
    return rowsOf(ours, peer)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ourChain(dataDir: string, music: string): Promise<Chain> {
  await importAll(dataDir, music)
  const station = await startStation(dataDir)
  try {
    return await weigh(station.pid)
  } finally {
    await station.stop()
  }
}

async function peerChain(command: string, folder: string, music: string): Promise<Chain> {
  const port = await freePort()
  const child = launchLiquidsoap(command, { folder: join(folder, 'liquidsoap'), music, port })
  try {
    await portOpen(port, '/stream.mp3')
    return await weigh(child.pid ?? 0)
  } finally {
    await child.stop()
  }
}

async function weigh(pid: number): Promise<Chain> {
  await seconds(settleSeconds)
  const before = { cpu: cpuSecondsOf(pid), atMs: performance.now() }
  const memories: TreeMemory[] = []
  for (let part = 0; part < 5; part++) {
    await seconds(steadySeconds / 5)
    memories.push(memoryOf(pid))
  }
  const cores = (cpuSecondsOf(pid) - before.cpu) / ((performance.now() - before.atMs) / 1000)
  const largest = memories.sort((one, other) => other.pssMb - one.pssMb)[0] as TreeMemory
  return { ...largest, cores }
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000))

function rowsOf(ours: Chain, peer: Chain | null): BenchRow[] {
  const common = { peerName: 'Liquidsoap' }
  const ratioOf = (one: number, other?: number) => (other === undefined ? null : one / other)
  const cpu = ratioOf(ours.cores, peer?.cores)
  const memory = ratioOf(ours.pssMb, peer?.pssMb)
  const rss = `resident, shared parts counted each time: ${ours.rssMb.toFixed(0)} MB in ${ours.processes} processes against ${peer?.rssMb.toFixed(0) ?? '–'} MB`
  return [
    {
      ...common,
      ...{ what: 'whole chain: processor', ours: ours.cores, peer: peer?.cores ?? null, unit: 'core', ratio: cpu },
      ...{
        reach: '<= 0.9x',
        met: cpu === null ? null : cpu <= 0.9,
        note: `${steadySeconds} s each, children included`,
      },
    },
    {
      ...common,
      ...{ what: 'whole chain: memory', ours: ours.pssMb, peer: peer?.pssMb ?? null, unit: 'MB (PSS)', ratio: memory },
      ...{ reach: '<= 0.9x', met: memory === null ? null : memory <= 0.9, note: rss },
    },
  ]
}
