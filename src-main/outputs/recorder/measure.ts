// Levels of segments that were found rather than recorded by this run: decoded once, in the background.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOnce } from '../../processes'
import { LevelGauge } from './levels'
import { readSegmentHeader } from './segment-file'
import type { Segment, Segments } from './segments'

export interface MeasureDeps {
  segments: Segments
  folder: string
  ffmpegPath: string
  signal: AbortSignal
}

/** Measures what is not measured yet, one after another. Never rejects. */
export async function measureUnmeasured(deps: MeasureDeps): Promise<void> {
  for (const segment of deps.segments.unmeasured()) {
    if (deps.signal.aborted) return
    const levels = await levelsOf(segment, deps).catch(() => null)
    // One that cannot be decoded is not tried again and again.
    if (!deps.signal.aborted) deps.segments.measured(segment, levels ?? new Uint8Array(0))
  }
}

async function levelsOf({ path }: Segment, { folder, ffmpegPath, signal }: MeasureDeps): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, path))
  const header = readSegmentHeader(bytes)
  const child = runOnce({
    ...{ name: 'recording levels', job: 'analysis', command: ffmpegPath, signal, nice: 19, timeoutSeconds: 60 },
    args: [
      ...['-hide_banner', '-loglevel', 'error', '-nostats', '-f', 'aac', '-i', 'pipe:0'],
      ...['-f', 'f32le', '-ar', '48000', '-ac', '2', 'pipe:1'],
    ],
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(bytes.subarray(header?.soundAt ?? 0))
  const gauge = new LevelGauge()
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of child.stdout ?? []) {
    const sound = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    const whole = sound.length - (sound.length % 8)
    gauge.push(new Float32Array(Uint8Array.from(sound.subarray(0, whole)).buffer))
    rest = sound.subarray(whole)
  }
  await child.done
  return gauge.read()
}
