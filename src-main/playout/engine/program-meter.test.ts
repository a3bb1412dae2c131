// The minimum requirements of EBU Tech 3341 that a stereo meter can meet, with their own signals.
import { describe, expect, it } from 'vitest'
import { bandHz, spectrumBands } from './dsp/spectrum'
import { blockFrames, silenceDb } from './format'
import { ProgramMeter } from './program-meter'
import { sine } from './testing/sound'

const rate = 48_000
const amplitude = (db: number) => 10 ** (db / 20)

interface Tone {
  dbfs: number | null
  seconds: number
}

/** A 1 kHz tone in both channels whose level goes in steps; null is silence. */
function tones(steps: Tone[]): Float32Array {
  const frames = steps.map((step) => Math.round(step.seconds * rate))
  const samples = new Float32Array(frames.reduce((sum, count) => sum + count, 0) * 2)
  let at = 0
  steps.forEach((step, index) => {
    const level = step.dbfs === null ? 0 : amplitude(step.dbfs)
    for (let frame = 0; frame < frames[index]!; frame++, at++) {
      samples[at * 2] = level * Math.sin((2 * Math.PI * 1000 * at) / rate)
      samples[at * 2 + 1] = samples[at * 2]!
    }
  })
  return samples
}

function* measure(samples: Float32Array): Generator<{ meter: ProgramMeter; seconds: number }> {
  const meter = new ProgramMeter()
  const block = new Float32Array(blockFrames * 2)
  for (let at = 0; at < samples.length; at += block.length) {
    block.fill(0)
    block.set(samples.subarray(at, at + block.length))
    meter.process(block)
    yield { meter, seconds: (at / 2 + blockFrames) / rate }
  }
}

function atEnd(samples: Float32Array): ProgramMeter {
  let last: ProgramMeter | null = null
  for (const { meter } of measure(samples)) last = meter
  return last!
}

describe('loudness after EBU Tech 3341', () => {
  it.each([
    ['1', -23],
    ['2', -33],
  ])('case %s: a steady tone reads %d LUFS in all three', (_, dbfs) => {
    const { loudness } = atEnd(tones([{ dbfs, seconds: 20 }]))
    for (const lufs of [loudness.momentaryLufs(), loudness.shortTermLufs(), loudness.integratedLufs()]) {
      expect(Math.abs(lufs - dbfs)).toBeLessThan(0.1)
    }
  })

  it.each<[string, Tone[]]>([
    [
      '3: quiet ends do not count',
      [
        { dbfs: -36, seconds: 10 },
        { dbfs: -23, seconds: 60 },
        { dbfs: -36, seconds: 10 },
      ],
    ],
    [
      '4: nor do very quiet ones',
      [
        { dbfs: -72, seconds: 10 },
        { dbfs: -36, seconds: 10 },
        { dbfs: -23, seconds: 60 },
        { dbfs: -36, seconds: 10 },
        { dbfs: -72, seconds: 10 },
      ],
    ],
    [
      '5: three levels',
      [
        { dbfs: -26, seconds: 20 },
        { dbfs: -20, seconds: 20.1 },
        { dbfs: -26, seconds: 20 },
      ],
    ],
  ])('case %s: integrated reads -23 LUFS', (_, steps) => {
    expect(Math.abs(atEnd(tones(steps)).loudness.integratedLufs() + 23)).toBeLessThan(0.1)
  })

  it('case 9: short-term stands at -23 LUFS from the third second on', () => {
    const steps = Array.from({ length: 5 }, () => [
      { dbfs: -20, seconds: 1.34 },
      { dbfs: -30, seconds: 1.66 },
    ]).flat()
    for (const { meter, seconds } of measure(tones(steps))) {
      if (seconds >= 3 && seconds <= 15) expect(Math.abs(meter.loudness.shortTermLufs() + 23)).toBeLessThan(0.1)
    }
  })

  it('case 10: a tone of three seconds reads -23 LUFS short-term, whenever it begins', () => {
    for (let index = 0; index < 20; index++) {
      let highest = silenceDb
      const steps = [
        { dbfs: null, seconds: index * 0.15 + 0.001 },
        { dbfs: -23, seconds: 3 },
        { dbfs: null, seconds: 1 },
      ]
      for (const { meter } of measure(tones(steps))) highest = Math.max(highest, meter.loudness.shortTermLufs())
      expect(Math.abs(highest + 23)).toBeLessThan(0.1)
    }
  })

  it('case 12: momentary stands at -23 LUFS from the first second on', () => {
    const steps = Array.from({ length: 25 }, () => [
      { dbfs: -20, seconds: 0.18 },
      { dbfs: -30, seconds: 0.22 },
    ]).flat()
    for (const { meter, seconds } of measure(tones(steps))) {
      if (seconds >= 1 && seconds <= 10) expect(Math.abs(meter.loudness.momentaryLufs() + 23)).toBeLessThan(0.1)
    }
  })

  it('cases 13 and 14: a tone of 400 ms reads its level, whenever it begins', () => {
    for (let index = 0; index < 20; index++) {
      const dbfs = -23 + index * 0.5
      let highest = silenceDb
      const steps = [
        { dbfs: null, seconds: index * 0.02 },
        { dbfs, seconds: 0.4 },
        { dbfs: null, seconds: 1 },
      ]
      for (const { meter } of measure(tones(steps))) highest = Math.max(highest, meter.loudness.momentaryLufs())
      expect(Math.abs(highest - dbfs)).toBeLessThan(0.1)
    }
  })

  it('starts anew when told: what was before does not count any more', () => {
    const meter = new ProgramMeter()
    const loud = sine(3, 1000, 0.5)
    for (let at = 0; at < loud.length; at += 1920) meter.process(loud.subarray(at, at + 1920))
    meter.loudness.resetIntegrated()
    expect(meter.loudness.integratedLufs()).toBe(silenceDb)
    const quiet = sine(3, 1000, amplitude(-40))
    for (let at = 0; at < quiet.length; at += 1920) meter.process(quiet.subarray(at, at + 1920))
    expect(meter.loudness.integratedLufs()).toBeLessThan(-30)
  })
})

describe('true peak after EBU Tech 3341', () => {
  const degrees = Math.PI / 180

  it.each<[string, Float32Array, number]>([
    ['15', sine(1, rate / 4, 0.5), -6],
    ['16', sine(1, rate / 4, 0.5, 45 * degrees), -6],
    ['17', sine(1, rate / 6, 0.5, 60 * degrees), -6],
    ['18', sine(1, rate / 8, 0.5, 67.5 * degrees), -6],
    ['19', sine(1, rate / 4, 1.41, 45 * degrees), 3],
  ])('case %s', (_, samples, expected) => {
    // A sine that begins at once is louder between its first samples than later: the requirement is about the sine.
    const meter = new ProgramMeter()
    for (let at = 0; at < samples.length; at += 1920) {
      meter.process(samples.subarray(at, at + 1920))
      if (at === 1920) meter.read()
    }
    const { truePeakDbtp } = meter.read()
    expect(truePeakDbtp - expected).toBeLessThan(0.2)
    expect(truePeakDbtp - expected).toBeGreaterThan(-0.4)
  })

  it.each([0, 1, 2, 3])(
    'cases 20 to 23: a pulse whose top lies %d quarters of a sample off reads its height',
    (quarters) => {
      // The pulse is made at 192 kHz, band-limited to a third of the sample rate, and every fourth sample is kept.
      const samples = new Float32Array(rate * 2)
      for (let frame = 0; frame < rate; frame++) {
        const distance = frame - rate / 2 - quarters / 4
        const x = distance * 0.35
        const window = Math.exp(-((distance / 24) ** 2))
        samples[frame * 2] = (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window
        samples[frame * 2 + 1] = samples[frame * 2]!
      }
      const { truePeakDbtp } = atEnd(samples).read()
      expect(truePeakDbtp).toBeLessThan(0.2)
      expect(truePeakDbtp).toBeGreaterThan(-0.4)
    },
  )
})

describe('levels', () => {
  it('a full-scale sine peaks at 0 dBFS and has -3 dB of RMS; silence reads as silence', () => {
    const samples = sine(1, 1000, 1)
    for (let frame = 0; frame < rate; frame++) samples[frame * 2 + 1] = 0
    const { peakDbfs, rmsDbfs } = atEnd(samples).read()
    expect(peakDbfs[0]).toBeCloseTo(0, 2)
    expect(rmsDbfs[0]).toBeCloseTo(-3.01, 2)
    expect([peakDbfs[1], rmsDbfs[1]]).toEqual([silenceDb, silenceDb])
  })

  it('each tone stands out in its own band of the spectrum', () => {
    for (const band of [12, 20, 31, 40, 46]) {
      const { spectrumDb } = atEnd(sine(0.2, bandHz(band), 1)).read()
      const loudest = spectrumDb.indexOf(Math.max(...spectrumDb))
      expect(spectrumDb).toHaveLength(spectrumBands)
      expect(Math.abs(loudest - band)).toBeLessThanOrEqual(1)
      expect(Math.abs(spectrumDb[loudest]!)).toBeLessThan(2.5)
      expect(spectrumDb[(band + 24) % spectrumBands]).toBeLessThan(-40)
    }
  })
})
