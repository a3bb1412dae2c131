// Tempo and key on pieces whose tempo and key are known because they are composed here and rendered by fluidsynth.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import analysisWorkerPath from '../src-main/library/analysis/analysis.worker?modulePath'
import type { Analysis, AnalysisAnswer } from '../src-main/library/analysis/protocol'
import { WorkerPool } from '../src-main/library/worker-pool'
import { silentLog } from '../src-main/monitoring'
import { runToEnd } from '../src-main/processes'
import type { BenchRow } from './bench-row'
import { benchFfmpeg } from './bench-station'
import { type Piece, renderPiece, styleCount } from './rendered-pieces'

const soundFonts = [
  process.env['WAVEDESK_BENCH_SOUNDFONT'] ?? '',
  '/usr/share/sounds/sf2/TimGM6mb.sf2',
  '/usr/share/sounds/sf2/FluidR3_GM.sf2',
  '/usr/share/sounds/sf2/default-GM.sf2',
]
/** Other pieces than those the weights were learned on. */
const firstSeed = 1000
const rounds = 3
const octaves = [1, 2, 1 / 2, 3, 1 / 3]

export async function run(): Promise<BenchRow[]> {
  const soundFont = soundFonts.find((path) => path !== '' && existsSync(path))
  const { exit } = await runToEnd({
    name: 'bench.fluidsynth',
    job: 'bench',
    command: 'fluidsynth',
    args: ['--version'],
  })
  if (!exit.ok || !soundFont) {
    process.stderr.write('tempo-key is left out: apt-get install fluidsynth timgm6mb-soundfont\n')
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-tempo-'))
  const pool = new WorkerPool({ path: analysisWorkerPath, name: 'bench.analysis', threads: 1, log: silentLog })
  const found: { piece: Piece; analysis: Analysis }[] = []
  try {
    for (let seed = firstSeed; seed < firstSeed + styleCount * rounds; seed++) {
      const piece = await renderPiece(folder, seed, soundFont)
      found.push({ piece, analysis: await analyse(pool, piece.path) })
      rmSync(piece.path)
    }
  } finally {
    await pool.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const share = (right: (one: (typeof found)[number]) => boolean) => found.filter(right).length / found.length
  const within = (bpm: number | null, wanted: number) => bpm !== null && Math.abs(bpm / wanted - 1) <= 0.01
  const exact = share(({ piece, analysis }) => within(analysis.tempoBpm, piece.bpm))
  const anyOctave = share(({ piece, analysis }) =>
    octaves.some((octave) => within(analysis.tempoBpm, piece.bpm * octave)),
  )
  const score =
    found.reduce((sum, { piece, analysis }) => sum + mirexScore(analysis.musicalKey, piece), 0) / found.length
  const row = (what: string, ours: number, least: number, note: string): BenchRow => ({
    ...{ what, ours, peer: null, peerName: '', unit: '', ratio: null, note },
    ...{ reach: `>= ${least}`, met: ours >= least },
  })
  const wrong = found
    .filter(({ piece, analysis }) => !within(analysis.tempoBpm, piece.bpm))
    .map(({ piece }) => piece.name)
  return [
    row('tempo within 1 %', exact, 0.9, `${found.length} rendered pieces; not: ${wrong.join(', ') || 'none'}`),
    row('tempo within 1 %, octave errors included', anyOctave, 1, 'half, double, a third and threefold count'),
    row('key, MIREX score', score, 0.92, 'right 1, a fifth above 0.5, relative 0.3, parallel 0.2'),
  ]
}

async function analyse(pool: WorkerPool, path: string): Promise<Analysis> {
  const request = { type: 'analyse', path, ffmpegPath: benchFfmpeg(), artworkFolder: '', artwork: null, nice: 0 }
  const answer = await pool.run<AnalysisAnswer>(request)
  if (!answer.ok) throw new Error(answer.why)
  return answer.analysis
}

/** As MIREX scores key detection. */
function mirexScore(key: number | null, { tonic, mode }: Pick<Piece, 'tonic' | 'mode'>): number {
  if (key === null) return 0
  const [found, isMinor] = [key % 12, key >= 12]
  const up = (found - tonic + 12) % 12
  if (isMinor === (mode === 'minor')) return up === 0 ? 1 : up === 7 ? 0.5 : 0
  if (up === (isMinor ? 9 : 3)) return 0.3
  return up === 0 ? 0.2 : 0
}
