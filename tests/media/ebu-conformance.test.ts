// Every case of EBU Tech 3341 (2023) and Tech 3342 (2023) that is a synthetic stereo signal, made here and put through both
// meters: the one behind the limiter and the library's. The cases left out are a 5.0 signal and authentic programmes.
import { describe, expect, it } from 'vitest'
import { TrackMeter } from '../../src-main/library/analysis/track-meter'
import { blockFrames, sampleRate, silenceDb } from '../../src-main/playout/engine/format'
import { ProgramMeter } from '../../src-main/playout/engine/program-meter'
import { loudnessRange } from '../../src-main/playout/loudness'

interface Tone {
  /** Null is silence. */
  dbfs: number | null
  seconds: number
}

const amplitude = (db: number) => 10 ** (db / 20)
const stereo = (frames: number, value: (frame: number) => number): Float32Array => {
  const samples = new Float32Array(frames * 2)
  for (let frame = 0; frame < frames; frame++) samples[frame * 2] = samples[frame * 2 + 1] = value(frame)
  return samples
}

/** 1 kHz in phase in both channels; the level goes in steps, the phase runs on. */
function tones(steps: readonly Tone[]): Float32Array {
  const frames = steps.map(({ seconds }) => Math.round(seconds * sampleRate))
  const samples = new Float32Array(frames.reduce((sum, count) => sum + count, 0) * 2)
  let at = 0
  steps.forEach(({ dbfs }, index) => {
    const level = dbfs === null ? 0 : amplitude(dbfs)
    for (const end = at + (frames[index] as number); at < end; at++) {
      samples[at * 2] = samples[at * 2 + 1] = level * Math.sin((2 * Math.PI * 1000 * at) / sampleRate)
    }
  })
  return samples
}

const step = (dbfs: number | null, seconds: number): Tone => ({ dbfs, seconds })
const repeated = (times: number, steps: Tone[]) => Array.from({ length: times }, () => steps).flat()

interface Reading {
  seconds: number
  momentary: number
  shortTerm: number
}

/** Puts a signal through the engine's meter, block by block; the rest of the last block is silence. */
function live(samples: Float32Array): { readings: Reading[]; meter: ProgramMeter; shortTermEnergies: number[] } {
  const meter = new ProgramMeter()
  const block = new Float32Array(blockFrames * 2)
  const readings: Reading[] = []
  const shortTermEnergies: number[] = []
  for (let at = 0; at < samples.length; at += block.length) {
    block.fill(0)
    block.set(samples.subarray(at, at + block.length))
    meter.process(block)
    const { loudness } = meter
    const seconds = (at / 2 + blockFrames) / sampleRate
    readings.push({ seconds, momentary: loudness.momentaryLufs(), shortTerm: loudness.shortTermLufs() })
    if (seconds >= 3 && readings.length % 5 === 0)
      shortTermEnergies.push(10 ** ((loudness.shortTermLufs() + 0.691) / 10))
  }
  return { readings, meter, shortTermEnergies }
}

function library(samples: Float32Array) {
  const meter = new TrackMeter(sampleRate, 2)
  // In pieces of an odd length, as a decoder gives them.
  for (let at = 0; at < samples.length; at += 2 * 4099) meter.write(samples.subarray(at, at + 2 * 4099))
  return meter.finish()
}

const highest = (values: readonly number[]) => values.reduce((most, value) => Math.max(most, value), silenceDb)
/** A tenth, and what floating point adds to it. */
const tolerance = 0.1 + 1e-6
const near = (value: number | null, expected: number, within = tolerance) =>
  expect(Math.abs((value ?? silenceDb) - expected), `${value} for ${expected}`).toBeLessThanOrEqual(within)

describe('EBU Tech 3341, loudness', () => {
  it.each([
    [1, -23],
    [2, -33],
  ])('case %i: a steady tone reads %d LUFS in momentary, short-term and integrated', (_, dbfs) => {
    const samples = tones([step(dbfs, 20)])
    const { meter } = live(samples)
    for (const lufs of [
      meter.loudness.momentaryLufs(),
      meter.loudness.shortTermLufs(),
      meter.loudness.integratedLufs(),
    ])
      near(lufs, dbfs)
    near(library(samples).lufs, dbfs)
  })

  it.each<[string, Tone[]]>([
    ['3', [step(-36, 10), step(-23, 60), step(-36, 10)]],
    ['4', [step(-72, 10), step(-36, 10), step(-23, 60), step(-36, 10), step(-72, 10)]],
    ['5', [step(-26, 20), step(-20, 20.1), step(-26, 20)]],
  ])('case %s: integrated reads -23 LUFS through the gates', (_, steps) => {
    const samples = tones(steps)
    near(live(samples).meter.loudness.integratedLufs(), -23)
    near(library(samples).lufs, -23)
  })

  it('case 9: short-term is constant at -23 LUFS after 3 s', () => {
    const { readings } = live(tones(repeated(5, [step(-20, 1.34), step(-30, 1.66)])))
    const after = readings.filter(({ seconds }) => seconds >= 3)
    expect(after.length).toBeGreaterThan(500)
    for (const { shortTerm } of after) near(shortTerm, -23)
  })

  it('case 10: 3 s of tone read -23 LUFS short-term at most, wherever they begin in the file', () => {
    for (let index = 0; index < 20; index++) {
      const { readings } = live(tones([step(null, index * 0.15), step(-23, 3), step(null, 1)]))
      near(highest(readings.map(({ shortTerm }) => shortTerm)), -23)
    }
  })

  it('case 11: live, short-term rises to twenty values, 1 LU apart', () => {
    const levels = Array.from({ length: 20 }, (_, index) => -38 + index)
    const { readings } = live(
      tones(levels.flatMap((dbfs, index) => [step(null, index * 0.15), step(dbfs, 3), step(null, 3 - index * 0.15)])),
    )
    for (const [index, dbfs] of levels.entries()) {
      const segment = readings.filter(({ seconds }) => seconds > index * 6 && seconds <= (index + 1) * 6 + 0.001)
      near(highest(segment.map(({ shortTerm }) => shortTerm)), dbfs)
    }
  })

  it('case 12: momentary is constant at -23 LUFS after 1 s', () => {
    const { readings } = live(tones(repeated(25, [step(-20, 0.18), step(-30, 0.22)])))
    const after = readings.filter(({ seconds }) => seconds >= 1)
    expect(after.length).toBeGreaterThan(400)
    for (const { momentary } of after) near(momentary, -23)
  })

  it('case 13: 400 ms of tone read -23 LUFS momentary at most, wherever they begin in the file', () => {
    for (let index = 0; index < 20; index++) {
      const { readings } = live(tones([step(null, index * 0.02), step(-23, 0.4), step(null, 1)]))
      near(highest(readings.map(({ momentary }) => momentary)), -23)
    }
  })

  it('case 14: live, momentary rises to twenty values, 1 LU apart', () => {
    const levels = Array.from({ length: 20 }, (_, index) => -38 + index)
    const { readings } = live(
      tones(
        levels.flatMap((dbfs, index) => [step(null, index * 0.02), step(dbfs, 0.4), step(null, 0.4 - index * 0.02)]),
      ),
    )
    for (const [index, dbfs] of levels.entries()) {
      const segment = readings.filter(({ seconds }) => seconds > index * 0.8 && seconds <= (index + 1) * 0.8 + 0.001)
      near(highest(segment.map(({ momentary }) => momentary)), dbfs)
    }
  })
})

/** A sine of a second with a taper of 10 ms at both ends. */
function tapered(hertz: number, level: number, degrees: number): Float32Array {
  const taper = 0.01 * sampleRate
  const phase = (degrees * Math.PI) / 180
  return stereo(sampleRate, (frame) => {
    const fade = Math.min(1, frame / taper, (sampleRate - 1 - frame) / taper)
    return fade * level * Math.sin((2 * Math.PI * hertz * frame) / sampleRate + phase)
  })
}

/** Cases 20 to 23: one period of fs/4 at full scale inside fs/6 at half, made at 4 fs, filtered and every fourth kept. */
function burst(offset: number): Float32Array {
  const length = sampleRate
  const high = new Float64Array(length)
  const middle = length / 2
  let phase = 0
  // Whole periods before the middle, so that the single one begins at a zero crossing.
  const from = middle - Math.floor(middle / 24) * 24
  for (let index = from; index < length; index++) {
    const inside = index >= middle && index < middle + 16
    high[index] = (inside ? 1 : 0.5) * Math.sin(phase)
    phase += (2 * Math.PI) / (inside ? 16 : 24)
  }
  const taper = 0.04 * sampleRate
  for (let index = 0; index < length; index++)
    high[index] =
      (high[index] as number) * Math.max(0, Math.min(1, (index - from) / taper, (length - 1 - index) / taper))
  const half = 128
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, tap) => {
    const x = (tap - half) * 0.25 * 0.96
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
    const angle = (Math.PI * tap) / half
    return 0.25 * 0.96 * sinc * (0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle))
  })
  return stereo(sampleRate / 4, (frame) => {
    let sum = 0
    for (let tap = 0; tap <= 2 * half; tap++)
      sum += (taps[tap] as number) * (high[frame * 4 + offset + tap - half] ?? 0)
    return sum
  })
}

describe('EBU Tech 3341, true peak', () => {
  const fs = sampleRate
  it.each<[number, Float32Array, number]>([
    [15, tapered(fs / 4, 0.5, 0), -6],
    [16, tapered(fs / 4, 0.5, 45), -6],
    [17, tapered(fs / 6, 0.5, 60), -6],
    [18, tapered(fs / 8, 0.5, 67.5), -6],
    [19, tapered(fs / 4, 1.41, 45), 3],
    [20, burst(0), 0],
    [21, burst(1), 0],
    [22, burst(2), 0],
    [23, burst(3), 0],
  ])('case %i', (_, samples, expected) => {
    for (const dbtp of [live(samples).meter.read().truePeakDbtp, library(samples).truePeakDbtp ?? silenceDb]) {
      expect(dbtp).toBeLessThanOrEqual(expected + 0.2)
      expect(dbtp).toBeGreaterThanOrEqual(expected - 0.4)
    }
  })

  it('case 22 has no sample near its true peak, so that a meter of samples alone would fail', () => {
    const peak = burst(2).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect(20 * Math.log10(peak)).toBeLessThan(-2)
  })
})

describe('EBU Tech 3342, loudness range', () => {
  it.each<[number, number[], number]>([
    [1, [-20, -30], 10],
    [2, [-20, -15], 5],
    [3, [-40, -20], 20],
    [4, [-50, -35, -20, -35, -50], 15],
  ])('case %i: tones of 20 s at %j dBFS have a range of %d LU', (_, levels, expected) => {
    const samples = tones(levels.map((dbfs) => step(dbfs, 20)))
    near(loudnessRange(live(samples).shortTermEnergies), expected, 1)
    near(library(samples).loudnessRangeLu, expected, 1)
  })
})
