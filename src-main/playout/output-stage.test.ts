import { describe, expect, it } from 'vitest'
import { Limiter } from './engine/dsp/limiter'
import { LoudnessMeter } from './engine/dsp/loudness'
import { ProgramMeter } from './engine/program-meter'
import { sine } from './engine/testing/sound'
import { OutputStage, stageBlockFrames, stageDelayFrames } from './output-stage'

const blockLength = stageBlockFrames * 2

/** Quiet noise with a hit every half second that is 18 dB over it: what a limiter takes a lot of the loudness from. */
function dynamicMusic(seconds: number, level: number): Float32Array {
  const samples = new Float32Array(seconds * 96_000)
  let state = 7
  for (let frame = 0; frame < samples.length / 2; frame++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    const since = (frame % 24_000) / 24_000
    const value = level * (0.12 + Math.exp(-since * 14)) * (state / 0x8000_0000)
    samples[frame * 2] = value
    samples[frame * 2 + 1] = value
  }
  return samples
}

function through(samples: Float32Array, process: (block: Float32Array) => void): Float32Array {
  const result = samples.slice()
  for (let at = 0; at + blockLength <= result.length; at += blockLength) process(result.subarray(at, at + blockLength))
  return result
}

function measured(samples: Float32Array, fromSeconds = 0): { lufs: number; truePeakDbtp: number } {
  const loudness = new LoudnessMeter()
  const meter = new ProgramMeter()
  for (let at = Math.round(fromSeconds * 50) * blockLength; at + blockLength <= samples.length; at += blockLength) {
    loudness.process(samples.subarray(at, at + blockLength))
    meter.process(samples.subarray(at, at + blockLength))
  }
  return { lufs: loudness.integratedLufs(), truePeakDbtp: meter.read().truePeakDbtp }
}

describe('the loudness of a group of outputs', () => {
  it('is the program’s plus the difference of the targets, and the program itself comes through when there is none', () => {
    const program = sine(6, 997, 0.1)
    for (const gainDb of [0, 2, -2, 6]) {
      const stage = new OutputStage({ gainDb, ceilingDbtp: -3 })
      const given = through(program, (block) => stage.process(block))
      expect(measured(given, 1).lufs - measured(program, 1).lufs).toBeCloseTo(gainDb, 1)
    }
  })

  it('is late by exactly what it says', () => {
    const impulse = new Float32Array(blockLength * 3)
    impulse[200] = 0.5
    const stage = new OutputStage({ gainDb: 0, ceilingDbtp: -1 })
    const given = through(impulse, (block) => stage.process(block))
    expect(given.indexOf(Math.max(...given))).toBe(200 + stageDelayFrames * 2)
  })

  it('changes evenly, without a step in the sound', () => {
    const stage = new OutputStage({ gainDb: 0, ceilingDbtp: -1 })
    const samples = sine(4, 50, 0.2)
    const given = samples.slice()
    let largest = 0
    let last = 0
    for (let at = 0; at < given.length; at += blockLength) {
      if (at === blockLength * 50) stage.configure({ gainDb: -6, ceilingDbtp: -1 })
      stage.process(given.subarray(at, at + blockLength))
      for (let index = at; index < at + blockLength; index += 2) {
        largest = Math.max(largest, Math.abs((given[index] as number) - last))
        last = given[index] as number
      }
    }
    expect(largest).toBeLessThan((2 * Math.PI * 50 * 0.2 * 1.02) / 48_000)
    expect(measured(given, 3).lufs - measured(samples, 3).lufs).toBeCloseTo(-6, 1)
  })

  it('is kept where a limiter alone falls short, and no peak passes the ceiling', () => {
    const program = dynamicMusic(40, 0.36)
    const wanted = measured(program).lufs + 4
    const limiter = new Limiter(-3)
    const turnedUp = program.map((sample) => sample * 10 ** (4 / 20))
    const limited = measured(through(turnedUp, (block) => limiter.process(block)))
    const stage = new OutputStage({ gainDb: 4, ceilingDbtp: -3 })
    const kept = measured(through(program, (block) => stage.process(block)))
    const lost = wanted - limited.lufs
    expect(lost).toBeGreaterThan(0.5)
    expect(Math.abs(wanted - kept.lufs)).toBeLessThan(lost / 2)
    expect(kept.truePeakDbtp).toBeLessThanOrEqual(-3)
  })
})
