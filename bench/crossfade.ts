// A crossfade of three seconds between two tones, measured from what comes out: how long both sound, whether the power holds, and
// whether there is a click. Ours through the studio's own door: set for one join, heard as the transition lab renders it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd } from '../src-main/processes'
import type { BenchRow } from './bench-row'
import { benchFfmpeg, run as runTool } from './bench-station'
import { liquidsoap } from './liquidsoap'
import { importAll, startStation } from './whole-station'

const rate = 48_000
const wantedSeconds = 3
const [low, high] = [440, 1000]
const amplitude = 0.2
const fileSeconds = 20

interface Measured {
  overlapSeconds: number
  /** The largest deviation from the power before and after, with its sign. */
  powerDb: number
  /** The largest step between two samples, against the largest inside the tones. */
  step: number
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-crossfade-'))
  try {
    const files = [low, high].map((hertz) => join(folder, `tone-${hertz}.wav`))
    for (const [index, hertz] of [low, high].entries()) {
      const source = `aevalsrc=${amplitude}*sin(2*PI*${hertz}*t)|${amplitude}*sin(2*PI*${hertz}*t):s=${rate}:d=${fileSeconds}`
      await runTool(benchFfmpeg(), ['-v', 'error', '-f', 'lavfi', '-i', source, files[index]!])
    }
    const ours = measure(await ourJoin(join(folder, 'station'), folder))
    const command = liquidsoap()
    const peer = command === null ? null : measure(await peerJoin(command, folder, files))
    return rowsOf(ours, peer)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ourJoin(dataDir: string, music: string): Promise<Float32Array> {
  await importAll(dataDir, music)
  const station = await startStation(dataDir)
  try {
    const { items } = await station.get<{ items: { id: number }[] }>('/api/tracks')
    const trackIds = [...items, ...items].map(({ id }) => id)
    const queue = (await (await station.send('POST', '/api/queue', { trackIds })).json()) as { id: number }[]
    // Not the join that comes next: it must not begin while it is heard.
    const path = `/api/queue/${queue[2]?.id}/join`
    await station.send('PUT', path, { overlapSeconds: wantedSeconds })
    const answer = await station.send('POST', `${path}/preview`, {})
    const file = join(dataDir, 'join.wav')
    writeFileSync(file, new Uint8Array(await answer.arrayBuffer()))
    return await decoded(file)
  } finally {
    await station.stop()
  }
}

async function peerJoin(command: string, folder: string, files: string[]): Promise<Float32Array> {
  const out = join(folder, 'peer.wav')
  const script = join(folder, 'peer.liq')
  const sources = files.map((file) => `once(single("${file}"))`).join(', ')
  writeFileSync(
    script,
    `settings.init.allow_root.set(true)
settings.log.stdout.set(false)
s = sequence([${sources}])
s = crossfade(fade_out=${wantedSeconds}., fade_in=${wantedSeconds}., duration=${wantedSeconds}., s)
clock.assign_new(sync="none", [s])
output.file(%wav, "${out}", fallible=true, on_stop=shutdown, s)
`,
  )
  await runToEnd({ name: 'bench.liquidsoap', job: 'bench', command, args: [script] })
  return decoded(out)
}

/** @returns the left channel */
async function decoded(path: string): Promise<Float32Array> {
  const raw = `${path}.f32`
  await runTool(benchFfmpeg(), ['-v', 'error', '-y', '-i', path, '-ac', '1', '-ar', String(rate), '-f', 'f32le', raw])
  return new Float32Array(new Uint8Array(readFileSync(raw)).buffer)
}

function measure(samples: Float32Array): Measured {
  const [window, step] = [rate / 50, rate / 200]
  const power = (from: number, frames: number) => {
    let sum = 0
    for (let frame = from; frame < from + frames; frame++) sum += samples[frame]! ** 2
    return sum / frames
  }
  // Both tones are heard where the weaker one is no more than 50 dB under full level.
  const both: number[] = []
  const full = [low, high].map((hertz) => {
    let most = 0
    for (let at = 0; at + window < samples.length; at += rate)
      most = Math.max(most, toneLevel(samples, at, window, hertz))
    return most
  })
  for (let at = 0; at + window <= samples.length; at += step) {
    const levels = [low, high].map((hertz, index) => toneLevel(samples, at, window, hertz) / full[index]!)
    if (Math.min(...levels) > 10 ** (-50 / 20)) both.push(at + window / 2)
  }
  const begin = both[0] ?? 0
  const end = both.at(-1) ?? begin
  // 50 ms hold whole periods of both tones and of their difference.
  const frames = rate / 20
  const before = power(Math.max(0, begin - 2 * rate), rate)
  const after = power(end + rate, rate)
  const expected = (at: number) =>
    10 * Math.log10(before + ((after - before) * (at - begin)) / Math.max(1, end - begin))
  let powerDb = 0
  for (let at = begin; at + frames <= end; at += step) {
    const deviation = 10 * Math.log10(power(at, frames)) - expected(at + frames / 2)
    if (Math.abs(deviation) > Math.abs(powerDb)) powerDb = deviation
  }
  const largest = (from: number, to: number) => {
    let most = 0
    for (let frame = from; frame < to; frame++) most = Math.max(most, Math.abs(samples[frame + 1]! - samples[frame]!))
    return most
  }
  const inside = Math.max(largest(Math.max(0, begin - 2 * rate), begin - rate), largest(end + rate, end + 2 * rate))
  return {
    overlapSeconds: (end - begin) / rate,
    powerDb,
    step: largest(Math.max(0, begin - rate), end + rate) / inside,
  }
}

/** Amplitude of one tone, through a Hann window. */
function toneLevel(samples: Float32Array, at: number, frames: number, hertz: number): number {
  let [real, imaginary] = [0, 0]
  for (let frame = 0; frame < frames; frame++) {
    const value = samples[at + frame]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * (frame + 0.5)) / frames))
    real += value * Math.cos((2 * Math.PI * hertz * frame) / rate)
    imaginary += value * Math.sin((2 * Math.PI * hertz * frame) / rate)
  }
  return (4 * Math.hypot(real, imaginary)) / frames
}

function rowsOf(ours: Measured, peer: Measured | null): BenchRow[] {
  const row = (what: string, key: keyof Measured, unit: string, reach: string, met: boolean): BenchRow => ({
    what: `${wantedSeconds} s crossfade of two tones: ${what}`,
    ...{ ours: ours[key], peer: peer?.[key] ?? null, peerName: 'Liquidsoap', unit, ratio: null, reach, met },
  })
  return [
    row('overlap', 'overlapSeconds', 's', '3.0 ± 0.05 s', Math.abs(ours.overlapSeconds - wantedSeconds) <= 0.05),
    row('power', 'powerDb', 'dB', 'within ± 0.2 dB', Math.abs(ours.powerDb) <= 0.2),
    // Two tones of constant power together: at most the root of two of one of them.
    row(
      'largest step between samples',
      'step',
      'x that of a tone',
      '<= 1.42x: no click',
      ours.step <= Math.SQRT2 + 0.01,
    ),
  ]
}
