import { describe, expect, it } from 'vitest'
import { OutputStage } from '../../playout/output-stage'
import { createProgramRing, ProgramReader, ProgramWriter } from '../../playout/program-ring'
import { type GroupSettings, LoudnessGroups } from './loudness-groups'

const alike = { gainDb: 0, ceilingDbtp: -3 }
const all = (one: GroupSettings['hls']): GroupSettings => ({ mounts: one, hls: one, destinations: one })

function station(settings: GroupSettings) {
  const ring = createProgramRing(2)
  const program = new ProgramWriter(ring)
  const groups = new LoudnessGroups(ring, settings)
  const block = new Float32Array(960 * 2)
  let frame = 0
  const play = (blocks: number) => {
    for (let count = 0; count < blocks; count++) {
      for (let index = 0; index < 960; index++, frame++) {
        block[index * 2] = Math.sin(frame * 0.05) * (frame % 9000 < 900 ? 0.95 : 0.2)
        block[index * 2 + 1] = Math.sin(frame * 0.031) * 0.3
      }
      program.write(block)
      groups.tick()
    }
  }
  return { groups, play }
}

/** All that lies on a bus from a frame on. */
function from(ring: SharedArrayBuffer, frame: number): Float32Array {
  const reader = new ProgramReader(ring)
  reader.seekTo(frame)
  return reader.read(reader.available())?.samples ?? new Float32Array(0)
}

describe('groups of the same loudness', () => {
  it('give the same samples at the same frames, also one that comes later', () => {
    const { groups, play } = station(all(alike))
    const mounts = groups.ring('mounts')
    const hls = groups.ring('hls')
    play(20)
    const destinations = groups.ring('destinations')
    play(20)
    expect(from(hls, 4800)).toEqual(from(mounts, 4800))
    const joined = 20 * 960 - 240
    expect(from(destinations, joined)).toEqual(from(mounts, joined))
    expect(from(mounts, joined)).toHaveLength(20 * 960 * 2)
  })

  it('go apart without a gap when one gets another loudness, and the others stay as they are', () => {
    const { groups, play } = station(all(alike))
    const rings = { mounts: groups.ring('mounts'), hls: groups.ring('hls') }
    play(20)
    groups.configure({ ...all(alike), hls: { gainDb: -2, ceilingDbtp: -4 } })
    play(40)
    const other = station(all(alike))
    const untouched = other.groups.ring('mounts')
    other.play(60)
    expect(from(rings.mounts, 0)).toEqual(from(untouched, 0))
    const [before, apart] = [from(rings.mounts, 20 * 960 - 2400), from(rings.hls, 20 * 960 - 2400)]
    expect(apart).toHaveLength(before.length)
    const alikeUntil = apart.findIndex((sample, index) => sample !== before[index])
    expect(alikeUntil / 2).toBeGreaterThan(2400 - 480)
    // The first samples after the change differ by the first step of the gain alone.
    for (let index = alikeUntil; index < alikeUntil + 400; index++)
      expect(Math.abs((apart[index] as number) - (before[index] as number))).toBeLessThan(0.02)
    const last = apart.length - 2 * 2400
    const power = (samples: Float32Array) => samples.subarray(last).reduce((sum, one) => sum + one * one, 0)
    expect(10 * Math.log10(power(apart) / power(before))).toBeLessThan(-1)
  })

  it('one stage is worked through for all of them', () => {
    const process = OutputStage.prototype.process
    let blocks = 0
    OutputStage.prototype.process = function (block) {
      blocks += 1
      process.call(this, block)
    }
    try {
      const { groups, play } = station(all(alike))
      for (const group of ['mounts', 'hls', 'destinations'] as const) groups.ring(group)
      play(10)
      expect(blocks).toBe(10)
    } finally {
      OutputStage.prototype.process = process
    }
  })
})
