// Sound for the engine's tests: fixtures made by ffmpeg, decoders in memory, renders in one piece, and ways to measure them.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenDecoder } from '../decoder-process'
import { limiterDelayFrames } from '../dsp/limiter'
import { type OfflineOptions, renderOffline } from '../offline'
import type { EngineEvent, EngineItem } from '../protocol'

/** A folder that a test fills with ffmpeg; `remove` when done. */
export function soundFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-engine-'))
  return {
    folder,
    /** Runs ffmpeg into a file of this name. @returns its path */
    make(name: string, args: string[]): string {
      const path = join(folder, name)
      execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args, path])
      return path
    },
    /** A sine of some seconds; `source` is an expression for lavfi's aevalsrc, for example `0.1*sin(2*PI*440*t)`. */
    tone(name: string, expression: string, seconds: number, rate = 48_000): string {
      const source = `aevalsrc=exprs=${expression}|${expression}:s=${rate}:d=${seconds}`
      const codec = name.endsWith('.wav') ? ['-c:a', 'pcm_f32le'] : []
      return this.make(name, ['-f', 'lavfi', '-i', source, ...codec])
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The whole file as interleaved stereo at 48 kHz, by an ffmpeg that knows nothing of the engine. */
export function decodeWhole(path: string): Float32Array {
  const args = ['-nostdin', '-v', 'error', '-i', path, '-f', 'f32le', '-ar', '48000', '-ac', '2', 'pipe:1']
  const bytes = execFileSync('ffmpeg', args, { maxBuffer: 1 << 30 })
  return new Float32Array(new Uint8Array(bytes).buffer)
}

let nextId = 1

/** An item that plays a whole file at its own level. */
export function itemOf(path: string, change: Partial<EngineItem> = {}): EngineItem {
  return {
    id: nextId++,
    path,
    kind: 'music',
    cueInSeconds: 0,
    cueOutSeconds: null,
    startNextSeconds: null,
    fadeInSeconds: null,
    fadeOutSeconds: null,
    gainDb: 0,
    quietByDesign: false,
    durationSeconds: 0,
    ...change,
  }
}

/** Files made of numbers: decoders without processes. Frames a decoder gives come in one chunk. */
export function decodersOf(files: Record<string, Float32Array>): OpenDecoder {
  return (request, sink) => {
    let closed = false
    let paused = false
    const samples = files[request.path]
    let at = request.startFrame * 2
    if (request.loop && samples) at %= samples.length
    const give = () => {
      while (!closed && !paused && samples && at < samples.length) {
        const chunk = samples.subarray(at, at + 16_384)
        at += chunk.length
        if (request.loop && at >= samples.length) at = 0
        sink.samples(chunk)
      }
      if (closed || paused) return
      closed = true
      sink.ended(samples ? { kind: 'end' } : { kind: 'failed', why: 'No such file.' })
    }
    setImmediate(give)
    return {
      pid: null,
      pause: () => {
        paused = true
      },
      resume: () => {
        paused = false
        setImmediate(give)
      },
      close: () => {
        closed = true
      },
    }
  }
}

export function sine(seconds: number, hertz: number, amplitude: number, phase = 0): Float32Array {
  const samples = new Float32Array(Math.round(seconds * 48_000) * 2)
  for (let frame = 0; frame < samples.length / 2; frame++) {
    const value = amplitude * Math.sin((2 * Math.PI * hertz * frame) / 48_000 + phase)
    samples[frame * 2] = value
    samples[frame * 2 + 1] = value
  }
  return samples
}

export interface Render {
  /** From the first frame of the mixer on: the limiter's delay is taken off. */
  samples: Float32Array
  events: (EngineEvent & { blockFrame: number })[]
}

/** Renders items in order to one piece. */
export async function render(items: EngineItem[], options: Partial<OfflineOptions> = {}): Promise<Render> {
  const left = [...items]
  const pieces: Float32Array[] = []
  const events: Render['events'] = []
  for await (const block of renderOffline({ supply: () => left.shift() ?? null, ...options })) {
    pieces.push(block.samples.slice())
    for (const event of block.events) events.push({ ...event, blockFrame: block.frame })
  }
  const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    samples.set(piece, at)
    at += piece.length
  }
  return { samples: samples.subarray(limiterDelayFrames * 2), events }
}

/** Events of one kind. */
export function eventsOf<Type extends EngineEvent['type']>(
  events: EngineEvent[],
  type: Type,
): Extract<EngineEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type)
}

/** @returns in words where two pieces of sound differ first, or 'same' */
export function compare(actual: Float32Array, expected: Float32Array): string {
  if (actual.length !== expected.length) return `${actual.length / 2} frames in place of ${expected.length / 2}`
  let different = 0
  let first = -1
  for (let index = 0; index < actual.length; index++) {
    if (actual[index] === expected[index]) continue
    if (first < 0) first = index
    different++
  }
  if (first < 0) return 'same'
  return `${different} samples differ, first in frame ${first >> 1}: ${actual[first]} in place of ${expected[first]}`
}

/** Mean power of the left channel between two frames. */
export function power(samples: Float32Array, fromFrame: number, toFrame: number): number {
  let sum = 0
  for (let frame = Math.round(fromFrame); frame < toFrame; frame++) sum += samples[frame * 2]! ** 2
  return sum / (toFrame - fromFrame)
}

/** Power at one frequency between two frames, seen through a Hann window; a sine of amplitude a gives a²/2. */
export function powerAt(samples: Float32Array, hertz: number, fromFrame: number, toFrame: number): number {
  const first = Math.round(fromFrame)
  const frames = Math.round(toFrame) - first
  const step = (2 * Math.PI * hertz) / 48_000
  let real = 0
  let imaginary = 0
  for (let frame = 0; frame < frames; frame++) {
    const value = samples[(first + frame) * 2]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * (frame + 0.5)) / frames))
    real += value * Math.cos(step * frame)
    imaginary += value * Math.sin(step * frame)
  }
  return (8 * (real ** 2 + imaginary ** 2)) / frames ** 2
}

/** Largest step from one sample to the next, in either channel. */
export function largestStep(samples: Float32Array, fromFrame = 0, toFrame = samples.length / 2): number {
  let largest = 0
  for (let index = Math.max(2, fromFrame * 2); index < toFrame * 2; index++) {
    largest = Math.max(largest, Math.abs(samples[index]! - samples[index - 2]!))
  }
  return largest
}

export const decibels = (ratio: number) => 10 * Math.log10(ratio)
