// How fast loudness with true peak is measured on two cores, beside ffmpeg's ebur128 on the same files.

import { mkdtempSync, rmSync } from 'node:fs'
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

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-loudness-'))
  const pool = new WorkerPool({ path: analysisWorkerPath, name: 'bench.analysis', threads: cores, log: silentLog })
  try {
    const files = await makeFiles(folder)
    await withLibrary(pool, files.slice(0, cores)) // Warm: the meter is compiled as it runs.
    const times = { ours: 0, peer: 0 }
    let largestLufs = 0
    let largestPeak = 0
    for (let round = 0; round < rounds; round++) {
      const ours = await timed(() => withLibrary(pool, files))
      const peer = await timed(() => withFfmpeg(files))
      times.ours += ours.seconds
      times.peer += peer.seconds
      for (const [index, measured] of ours.result.entries()) {
        const reference = peer.result[index] as Loudness
        largestLufs = Math.max(largestLufs, Math.abs(measured.lufs - reference.lufs))
        largestPeak = Math.max(largestPeak, Math.abs(measured.truePeakDbtp - reference.truePeakDbtp))
      }
    }
    const measuredSeconds = seconds * files.length * rounds
    const [ours, peer] = [measuredSeconds / times.ours, measuredSeconds / times.peer]
    return [
      {
        what: 'loudness with true peak, cue points and waveform, two cores',
        ...{ ours, peer, peerName: 'ffmpeg ebur128=peak=true', unit: 'x real time', ratio: ours / peer },
        ...{ reach: '>= 0.9x ffmpeg', met: ours / peer >= 0.9 },
        note: `MP3, FLAC, Ogg Vorbis and AAC of ${seconds} s; ${cpus().length} cores here; differs from ffmpeg by at most ${largestLufs.toFixed(2)} LU and ${largestPeak.toFixed(2)} dB`,
      },
    ]
  } finally {
    await pool.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Loudness {
  lufs: number
  truePeakDbtp: number
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
