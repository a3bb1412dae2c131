// For tests: a program that is known to the sample, and recordings of it as the station writes them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runToEnd } from '../../../processes'
import { aacFrameSamples, aacPrimingSamples, measureAdts, withoutAdtsHeader } from '../../frames/adts'
import { FrameParser } from '../../frames/frame-parser'
import { ffmpegPath } from '../../testing/station'
import { adtsFrame, millisecondsOf, segmentHeader } from '../segment-file'

/** Bursts that never repeat: where a piece of it lies can be told to the sample. */
export function knownSound(frame: number): number {
  const beat = Math.floor(frame / 6000)
  const inside = frame % 6000
  const hash = Math.abs(Math.sin((beat + 1) * 127.1) * 43_758.5453) % 1
  const hz = 300 + 1500 * hash
  const swell = Math.exp(-inside / 1800) * Math.min(1, inside / 40)
  return 0.5 * swell * Math.sin((2 * Math.PI * hz * inside) / 48_000)
}

/** @returns how many samples later than expected the sound is, looked for up to `most` samples away */
export function lagOf(heard: Float32Array, expected: (index: number) => number, most = 2400): number {
  const from = most
  const count = Math.min(24_000, heard.length - 2 * most)
  const reference = Float32Array.from({ length: count }, (_, index) => expected(from + index))
  let best = { lag: 0, sum: Number.NEGATIVE_INFINITY }
  for (let lag = -most; lag <= most; lag++) {
    let sum = 0
    for (let index = 0; index < count; index += 3)
      sum += (reference[index] as number) * (heard[from + index + lag] ?? 0)
    if (sum > best.sum) best = { lag, sum }
  }
  return best.lag
}

/** @returns AAC access units of the known sound; unit n begins (n − 1) × 1024 frames after `firstFrame` */
async function encode(firstFrame: number, frames: number): Promise<Buffer[]> {
  const samples = new Float32Array(frames * 2)
  for (let index = 0; index < frames; index++) samples.fill(knownSound(firstFrame + index), index * 2, index * 2 + 2)
  const input = join(process.env['TMPDIR'] ?? '/tmp', `known-${process.pid}-${firstFrame}.f32`)
  writeFileSync(input, Buffer.from(samples.buffer))
  const { stdout } = await runToEnd({
    ...{ name: 'test encoder', job: 'test', command: ffmpegPath },
    args: [
      ...['-v', 'error', '-f', 'f32le', '-ar', '48000', '-ac', '2', '-i', input],
      ...['-c:a', 'aac', '-b:a', '192k', '-f', 'adts', 'pipe:1'],
    ],
  })
  return new FrameParser(measureAdts).push(stdout).map(withoutAdtsHeader)
}

export interface MadeSegment {
  path: string
  startFrame: number
  startedAt: number
  frames: number
}

/**
 * Writes segments as the station does: from `firstFrame` on, each of so many seconds.
 * @param startMs wall time of `firstFrame`
 */
export async function writeRecording(
  folder: string,
  {
    firstFrame = 0,
    startMs,
    seconds,
    segmentSeconds = 4,
    run = startMs,
    name = 'a',
  }: { firstFrame?: number; startMs: number; seconds: number; segmentSeconds?: number; run?: number; name?: string },
): Promise<MadeSegment[]> {
  const units = await encode(firstFrame, seconds * 48_000)
  const unitsPerSegment = Math.ceil((segmentSeconds * 48_000) / aacFrameSamples)
  const made: MadeSegment[] = []
  for (let first = 0; first < units.length; first += unitsPerSegment) {
    const inside = units.slice(first, first + unitsPerSegment)
    const startFrame = firstFrame - aacPrimingSamples + first * aacFrameSamples
    const startedAt = startMs + millisecondsOf(startFrame - firstFrame)
    const path = `program/2026-11-21/${name}-${String(made.length).padStart(3, '0')}.aac`
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(
      join(folder, path),
      Buffer.concat([segmentHeader({ run, startFrame, startedAt }), ...inside.map(adtsFrame)]),
    )
    made.push({ path, startFrame, startedAt, frames: inside.length * aacFrameSamples })
  }
  return made
}
