import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { blockFrames } from '../format'
import { compare, decibels, power, sine } from '../testing/sound'
import { Limiter, limiterDelayFrames } from './limiter'

const rate = 48_000

function limit(samples: Float32Array, ceilingDbtp = -1): { limited: Float32Array; reductionDb: number } {
  const limiter = new Limiter(ceilingDbtp)
  const limited = new Float32Array(Math.ceil(samples.length / (blockFrames * 2)) * blockFrames * 2)
  limited.set(samples)
  for (let at = 0; at < limited.length; at += blockFrames * 2)
    limiter.process(limited.subarray(at, at + blockFrames * 2))
  return { limited, reductionDb: limiter.takeGainReductionDb() }
}

/** True peak in dBTP as ffmpeg's ebur128 measures it. */
function truePeakByFfmpeg(samples: Float32Array): number {
  const args = ['-hide_banner', '-nostats', '-f', 'f32le', '-ar', '48000', '-ac', '2', '-i', 'pipe:0']
  const script = 'exec ffmpeg "$@" 2>&1 >/dev/null'
  const report = execFileSync('sh', ['-c', script, 'sh', ...args, '-af', 'ebur128=peak=true', '-f', 'null', '-'], {
    input: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength),
    maxBuffer: 1 << 26,
  }).toString()
  const peak = /True peak:\s+Peak:\s+(-?[\d.]+|-inf) dBFS/.exec(report)?.[1]
  if (peak === undefined) throw new Error(report.slice(-2000))
  return Number(peak)
}

function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state / 0x8000_0000
  }
}

function make(seconds: number, value: (frame: number) => number): Float32Array {
  const samples = new Float32Array(seconds * rate * 2)
  for (let frame = 0; frame < seconds * rate; frame++) {
    samples[frame * 2] = value(frame)
    samples[frame * 2 + 1] = frame % 2 === 0 ? value(frame) : samples[frame * 2]!
  }
  return samples
}

const random = randomOf(42)
let smooth = 0
const signals: [string, Float32Array][] = [
  ['a sine 12 dB too loud', sine(2, 997, 4)],
  ['a sine whose peaks lie between the samples', sine(2, rate / 4, 1.41, Math.PI / 4)],
  ['a square wave at full level', make(2, (frame) => (Math.floor(frame / 55) % 2 ? 1 : -1))],
  ['white noise far over full level', make(2, () => random() * 6)],
  [
    'noise with the spectrum of music, 10 dB too loud',
    make(2, () => {
      smooth = smooth * 0.7 + random() * 1.5
      return smooth
    }),
  ],
  ['single clicks in silence', make(2, (frame) => (frame % 4801 === 17 ? 2 : 0))],
  ['bursts of a high tone', make(2, (frame) => (frame % 9600 < 300 ? 1.6 * Math.sin(frame * 2.4) : 0))],
  [
    'a chord that grows',
    make(2, (frame) => (frame / rate) * (Math.sin(frame * 0.05) + Math.sin(frame * 0.083) + Math.sin(frame * 0.31))),
  ],
]

describe('the limiter', () => {
  it.each(signals)('keeps %s under -1 dBTP', (_, samples) => {
    const { limited, reductionDb } = limit(samples)
    expect(truePeakByFfmpeg(limited)).toBeLessThanOrEqual(-1)
    expect(reductionDb).toBeLessThan(-0.5)
  })

  it('uses the room it has: a steady tone comes out close to the ceiling', () => {
    const { limited } = limit(sine(2, 997, 2))
    expect(truePeakByFfmpeg(limited)).toBeGreaterThan(-1.3)
  })

  it('passes sound under the ceiling bit for bit, five milliseconds later', () => {
    const samples = make(1, () => random() * 0.4)
    const { limited, reductionDb } = limit(samples)
    const late = new Float32Array(samples.length)
    late.set(samples.subarray(0, samples.length - limiterDelayFrames * 2), limiterDelayFrames * 2)
    expect(compare(limited, late)).toBe('same')
    expect(reductionDb).toBe(0)
    expect(limiterDelayFrames / rate).toBe(0.005)
  })

  it('lets go after a peak: a second later the sound is untouched again', () => {
    const samples = sine(4, 440, 0.3)
    for (let frame = rate; frame < rate + 480; frame++) samples[frame * 2] = 3 * Math.sin(frame)
    const { limited } = limit(samples)
    const from = 3.5 * rate
    const before = samples.subarray((from - limiterDelayFrames) * 2, (from - limiterDelayFrames + 4800) * 2)
    expect(compare(limited.subarray(from * 2, (from + 4800) * 2), before)).toBe('same')
  })

  it('takes both channels down alike, so that the picture does not move', () => {
    const samples = sine(1, 500, 2)
    for (let frame = 0; frame < rate; frame++) samples[frame * 2 + 1] = samples[frame * 2 + 1]! * 0.1
    const { limited } = limit(samples)
    const right = limited.map((_, index) => limited[index % 2 === 0 ? index + 1 : index]!)
    const ratio = decibels(power(limited, 10_000, 40_000) / power(right, 10_000, 40_000))
    expect(ratio).toBeCloseTo(20, 1)
  })

  it('follows another ceiling', () => {
    expect(truePeakByFfmpeg(limit(sine(1, 997, 2), -3).limited)).toBeLessThanOrEqual(-3)
  })
})
