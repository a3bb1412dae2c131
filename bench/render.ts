// A day of rotation rendered offline from MP3: how fast, and whether anything is wrong with a single sample of it.
// WAVEDESK_BENCH_HOURS sets how much is rendered; WAVEDESK_BENCH_MUSIC names a folder of other music.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { peakBetween, truePeakTaps } from '../src-main/playout/engine/dsp/true-peak'
import { type Rendered, renderStation } from '../src-main/station'
import type { BenchRow } from './bench-row'
import { cpuSecondsOf } from './process-tree'
import { makeMusic } from './whole-station'

const rate = 48_000
const usualHours = 2
const ceilingDbtp = -1
/** Quieter than this is no sound: -100 dBFS. */
const silence = 1e-5

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-render-'))
  const hours = Number(process.env['WAVEDESK_BENCH_HOURS'] || usualHours)
  const music = process.env['WAVEDESK_BENCH_MUSIC'] || join(folder, 'music')
  try {
    if (!process.env['WAVEDESK_BENCH_MUSIC']) await makeMusic(music)
    const check = new ProgramCheck()
    let began = { ms: 0, cpu: 0 }
    const rendered = await renderStation({
      launch: {
        dataDir: join(folder, 'station'),
        flags: {},
        music: [music],
        demo: false,
        restore: null,
        open: false,
        help: false,
      },
      resourcesDir: resolve(import.meta.dirname, '../resources'),
      startMs: () => Date.UTC(2027, 0, 1),
      seconds: hours * 3600,
      environment: process.env,
      signal: new AbortController().signal,
      async write(samples) {
        if (check.frames === 0) began = { ms: performance.now(), cpu: cpuSecondsOf(process.pid) }
        check.take(samples)
      },
    })
    const seconds = (performance.now() - began.ms) / 1000
    const cpuSeconds = cpuSecondsOf(process.pid) - began.cpu
    return rowsOf(hours, check, rendered, { seconds, cpuSeconds })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsOf(
  hours: number,
  check: ProgramCheck,
  rendered: Rendered,
  took: { seconds: number; cpuSeconds: number },
): BenchRow[] {
  const common = { peer: null, peerName: '', ratio: null }
  const speed = (hours * 3600) / took.seconds
  const truePeak = 20 * Math.log10(check.truePeak)
  const wanted = hours * 3600 * rate
  const joins = new Map<string, number>()
  for (const { join } of rendered.items) {
    const kind = /^[a-z ]+?(?= \d| —|$)/.exec(join)?.[0] ?? join
    joins.set(kind, (joins.get(kind) ?? 0) + 1)
  }
  const many = [...joins].map(([kind, count]) => `${count} ${kind}`).join(', ')
  return [
    {
      ...common,
      ...{
        what: `${hours} h of rotation rendered from MP3`,
        ours: speed,
        unit: 'x real time',
        reach: '> 60x',
        met: speed > 60,
      },
      note: `${took.seconds.toFixed(0)} s; ${((hours * 3600) / took.cpuSeconds).toFixed(0)}x for each second of processor, decoders included; ${rendered.items.length} items: ${many}`,
    },
    {
      ...common,
      ...{ what: 'samples that are no numbers', ours: check.nonsense, unit: '', reach: '0', met: check.nonsense === 0 },
    },
    {
      ...common,
      ...{ what: 'longest silence in it', ours: check.longestSilence / rate, unit: 's', reach: '< 0.05 s' },
      met: check.longestSilence / rate < 0.05,
      note: `at ${(check.silenceAt / rate).toFixed(2)} s`,
    },
    {
      ...common,
      ...{
        what: 'highest true peak in it',
        ours: truePeak,
        unit: 'dBTP',
        reach: '<= -1 dBTP',
        met: truePeak <= ceilingDbtp,
      },
    },
    {
      ...common,
      ...{ what: 'drift over all of it', ours: check.frames - wanted, unit: 'frames', reach: '0' },
      met: check.frames === wanted && driftMs(rendered) <= 1,
      note: `times in the log differ from the samples by at most ${driftMs(rendered).toFixed(1)} ms`,
    },
  ]
}

/** How far the times of the log are from what was played, in milliseconds. */
function driftMs({ items }: Rendered): number {
  return items.reduce((most, { startedAt, endedAt, playedSeconds }) => {
    if (endedAt === null || playedSeconds === null) return most
    return Math.max(most, Math.abs(endedAt - startedAt - playedSeconds * 1000))
  }, 0)
}

/** Looks at every sample. */
class ProgramCheck {
  frames = 0
  nonsense = 0
  longestSilence = 0
  silenceAt = 0
  truePeak = 0
  #silent = 0
  /** The last samples of the block before, so that peaks between blocks are seen too. */
  #window = new Float32Array(truePeakTaps * 2)

  take(samples: Float32Array): void {
    let nearPeak = 0
    for (let index = 0; index < samples.length; index += 2) {
      const magnitude = Math.max(Math.abs(samples[index]!), Math.abs(samples[index + 1]!))
      if (!Number.isFinite(magnitude)) this.nonsense++
      if (magnitude > nearPeak) nearPeak = magnitude
      this.#silent = magnitude < silence ? this.#silent + 1 : 0
      if (this.#silent > this.longestSilence) {
        this.longestSilence = this.#silent
        this.silenceAt = this.frames + index / 2
      }
    }
    if (this.#window.length < samples.length + truePeakTaps * 2) {
      const grown = new Float32Array(samples.length + truePeakTaps * 2)
      grown.set(this.#window.subarray(0, truePeakTaps * 2))
      this.#window = grown
    }
    this.#window.set(samples, truePeakTaps * 2)
    // Between two samples it is hardly higher than this; only what comes near the highest is worth a look.
    if (nearPeak * 2 > this.truePeak) this.#measure(samples.length / 2)
    this.#window.copyWithin(0, samples.length, samples.length + truePeakTaps * 2)
    this.frames += samples.length / 2
  }

  #measure(frames: number): void {
    for (let frame = 0; frame < frames; frame++) {
      for (const channel of [0, 1]) {
        const peak = peakBetween(this.#window, frame * 2 + channel)
        if (peak > this.truePeak) this.truePeak = peak
      }
    }
  }
}
