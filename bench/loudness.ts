// How fast a track is analysed, beside ffmpeg's ebur128 that measures loudness alone, and how far both differ.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import analysisWorkerPath from '../src-main/library/analysis/analysis.worker?modulePath'
import type { AnalysisAnswer } from '../src-main/library/analysis/protocol'
import { WorkerPool } from '../src-main/library/worker-pool'
import { silentLog } from '../src-main/monitoring'
import type { BenchRow } from './bench-row'
import { benchFfmpeg, run as runTool } from './bench-station'

const cores = 2
const seconds = 240
const rounds = 3
const mostRealTracks = 16

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-loudness-'))
  const pool = new WorkerPool({ path: analysisWorkerPath, name: 'bench.analysis', threads: cores, log: silentLog })
  try {
    const files = await makeFiles(folder)
    await withLibrary(pool, files.slice(0, cores)) // Warm: the meter is compiled as it runs.
    const rows = [await speedBesideFfmpeg(pool, files)]
    if (process.platform === 'linux') rows.push(await speedPerCore(pool, files))
    return [...rows, ...(await onRealTracks(pool))]
  } finally {
    await pool.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function speedBesideFfmpeg(pool: WorkerPool, files: readonly string[]): Promise<BenchRow> {
  const times = { ours: 0, peer: 0 }
  const differences: Difference[] = []
  for (let round = 0; round < rounds; round++) {
    const ours = await timed(() => withLibrary(pool, files))
    const peer = await timed(() => withFfmpeg(files))
    times.ours += ours.seconds
    times.peer += peer.seconds
    differences.push(differenceOf(ours.result, peer.result))
  }
  const measuredSeconds = seconds * files.length * rounds
  const [ours, peer] = [measuredSeconds / times.ours, measuredSeconds / times.peer]
  const most = (name: keyof Difference) => Math.max(...differences.map((each) => each[name])).toFixed(2)
  return {
    what: 'the whole analysis, beside loudness with true peak alone, two cores',
    ...{ ours, peer, peerName: 'ffmpeg ebur128=peak=true', unit: 'x real time', ratio: ours / peer },
    ...{ reach: '>= 0.9x ffmpeg', met: ours / peer >= 0.9 },
    note: `MP3, FLAC, Ogg Vorbis and AAC of ${seconds} s; ${cpus().length} cores here; differs from ffmpeg by at most ${most('lufs')} LU and ${most('truePeakDbtp')} dB`,
  }
}

/** By processor time, so that what else the machine does counts little. */
async function speedPerCore(pool: WorkerPool, files: readonly string[]): Promise<BenchRow> {
  const before = cpuSeconds()
  await withLibrary(pool, files)
  const ours = (seconds * files.length) / (cpuSeconds() - before)
  return {
    ...{ what: 'the whole analysis, one core', ours, peer: null, peerName: '', unit: 'x real time', ratio: null },
    ...{ reach: '>= 60x', met: ours >= 60 },
    note: 'processor time of the analysis and its decoders together',
  }
}

/** Of this process and of its children that have ended. */
function cpuSeconds(): number {
  const ticks = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(ticks[field]) / 100, 0)
}

async function onRealTracks(pool: WorkerPool): Promise<BenchRow[]> {
  const folder = process.env['WAVEDESK_BENCH_MUSIC']
  if (!folder) return []
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(mp3|flac|ogg|opus|m4a|wav)$/i.test(name))
    .sort()
    .slice(0, mostRealTracks)
    .map((name) => join(folder, name))
  const difference = differenceOf(await withLibrary(pool, files), await withFfmpeg(files))
  const row = (what: string, ours: number, unit: string, most: number): BenchRow => ({
    ...{ what: `${what} on ${files.length} real tracks, the largest difference`, ours, peer: null, peerName: '', unit },
    ...{ ratio: null, reach: `<= ${most} ${unit}`, met: ours <= most, note: "from libebur128's algorithm in ffmpeg" },
  })
  return [row('integrated loudness', difference.lufs, 'LU', 0.1), row('true peak', difference.truePeakDbtp, 'dB', 0.3)]
}

interface Loudness {
  lufs: number
  truePeakDbtp: number
}
type Difference = Loudness

function differenceOf(ours: readonly Loudness[], theirs: readonly Loudness[]): Difference {
  const most = (name: keyof Loudness) =>
    Math.max(...ours.map((measured, index) => Math.abs(measured[name] - (theirs[index] as Loudness)[name])))
  return { lufs: most('lufs'), truePeakDbtp: most('truePeakDbtp') }
}

/** Something like a loud record: noise and tones, with its level moving. */
async function makeFiles(folder: string): Promise<string[]> {
  const kinds = ['mp3', 'flac', 'ogg', 'm4a']
  const files: string[] = []
  for (const [index, extension] of kinds.entries()) {
    const path = join(folder, `${index}.${extension}`)
    const music = `anoisesrc=d=${seconds}:c=pink:a=0.8:seed=${index},volume='0.5+0.4*sin(t/7)':eval=frame,acompressor=threshold=0.2:ratio=4:makeup=3`
    const tone = `sine=f=${110 * (index + 1)}:d=${seconds},volume=2`
    const graph = `${music}[a];${tone}[b];[a][b]amix=inputs=2:normalize=0,aformat=channel_layouts=stereo:sample_rates=44100`
    const codec = extension === 'ogg' ? ['-c:a', 'libvorbis'] : []
    await runTool(benchFfmpeg(), ['-v', 'error', '-filter_complex', graph, ...codec, path])
    files.push(path)
  }
  return files
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ seconds: number; result: Result }> {
  const started = performance.now()
  const result = await work()
  return { seconds: (performance.now() - started) / 1000, result }
}

function withLibrary(pool: WorkerPool, files: readonly string[]): Promise<Loudness[]> {
  return Promise.all(
    files.map(async (path) => {
      const request = { type: 'analyse', path, ffmpegPath: benchFfmpeg(), artworkFolder: '', artwork: null, nice: 0 }
      const answer = await pool.run<AnalysisAnswer>(request)
      if (!answer.ok) throw new Error(answer.why)
      return { lufs: answer.analysis.lufs ?? Number.NaN, truePeakDbtp: answer.analysis.truePeakDbtp ?? Number.NaN }
    }),
  )
}

/** As many at a time as the library measures. */
async function withFfmpeg(files: readonly string[]): Promise<Loudness[]> {
  const results: Loudness[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < files.length; index = next++) {
      const args = [
        '-nostdin',
        '-hide_banner',
        '-i',
        files[index] as string,
        '-map',
        '0:a:0',
        '-af',
        'ebur128=peak=true',
      ]
      const printed = await runTool(benchFfmpeg(), [...args, '-f', 'null', '-'])
      const summary = printed.slice(printed.lastIndexOf('Summary'))
      const figure = (pattern: RegExp) => Number(pattern.exec(summary)?.[1])
      results[index] = { lufs: figure(/I:\s+(\S+) LUFS/), truePeakDbtp: figure(/Peak:\s+(\S+) dBFS/) }
    }
  }
  await Promise.all(Array.from({ length: cores }, lane))
  return results
}
