import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { OutputStage, stageBlockFrames } from '../../playout/output-stage'
import { Fingerprinter, type Row, rowsPerSecond } from './fingerprint'
import { judge, type Program } from './judge'

const rate = 48_000
const ceilingDbtp = -3.4

/** Dense music as it is mastered: chords under noise, held at one height, and hits that stand out of it. */
function denseMusic(seconds: number): Float32Array {
  const samples = new Float32Array(seconds * rate * 2)
  let state = 11
  let noise = 0
  for (let frame = 0; frame < samples.length / 2; frame++) {
    const chord = Math.floor(frame / 12_000)
    let value = 0
    for (let voice = 0; voice < 5; voice++) {
      const hertz = 90 * 2 ** (((chord * 7 + voice * 11) % 53) / 12)
      value += Math.sin((2 * Math.PI * hertz * frame) / rate + voice)
    }
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    noise = 0.7 * noise + 0.3 * (state / 0x8000_0000)
    const held = 0.74 * Math.tanh(1.6 * value + 2 * noise)
    const hit = 0.5 * Math.exp(-(frame % 40_000) / 500) * Math.sin(frame * 0.02)
    samples[frame * 2] = held + hit
    samples[frame * 2 + 1] = 0.9 * held + hit - 0.05 * noise
  }
  return through(samples, new OutputStage({ gainDb: 0, ceilingDbtp: -1 }))
}

function through(samples: Float32Array, by: { process(block: Float32Array): unknown }): Float32Array {
  const result = samples.slice()
  const length = stageBlockFrames * 2
  for (let at = 0; at + length <= result.length; at += length) by.process(result.subarray(at, at + length))
  return result
}

function asHeard(samples: Float32Array, filter: string): Float32Array {
  const raw = ['-f', 'f32le', '-ar', '48000', '-ac', '2']
  const quiet = ['-hide_banner', '-loglevel', 'error']
  const input = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const encoder = ['-af', filter, '-c:a', 'libmp3lame', '-b:a', '128k', '-f', 'mp3', 'pipe:1']
  const mp3 = execFileSync('ffmpeg', [...quiet, ...raw, '-i', 'pipe:0', ...encoder], { input, maxBuffer: 1 << 28 })
  const decoded = execFileSync('ffmpeg', [...quiet, '-i', 'pipe:0', ...raw, 'pipe:1'], {
    input: mp3,
    maxBuffer: 1 << 28,
  })
  return new Float32Array(Uint8Array.from(decoded).buffer)
}

function rowsOf(samples: Float32Array): Row[] {
  const rows: Row[] = []
  new Fingerprinter().push(samples, (row) => rows.push(row))
  return rows
}

function remembered(rows: Row[]): Program {
  return {
    span: { first: 0, end: rows.length },
    bandDb: (row, band) => rows[row]?.bandsDb[band] ?? -84,
    levelDbOf: (row) => rows[row]?.levelDb ?? -84,
    peakOf: (row) => rows[row]?.peak ?? 0,
    epochMsOf: (row) => (row * 1000) / rowsPerSecond,
    rowAt: (epochMs) => Math.max(0, Math.min(rows.length, Math.round((epochMs * rowsPerSecond) / 1000))),
  }
}

describe('dense music that the limiter of an output holds down', () => {
  const music = denseMusic(12)
  const program = remembered(rowsOf(music))
  const staged = through(music, new OutputStage({ gainDb: 0, ceilingDbtp }))
  const verdicts = (filter: string) => {
    const rows = rowsOf(asHeard(staged, filter))
    return [2, 4, 6].map((second) => {
      const from = Math.round(second * rowsPerSecond)
      const heard = { rows: rows.slice(from, from + Math.round(4 * rowsPerSecond)), playedAtMs: second * 1000 + 2000 }
      const usual = { latencyMs: 2000, mostLatencyMs: 10_000, gainDb: 0, ceilingDbtp, earlier: [] }
      return judge(program, { ...heard, ...usual }).verdict
    })
  }

  it('is not taken for distortion, though all its peaks are of one height', () => {
    expect(verdicts('anull')).toEqual(['ok', 'ok', 'ok'])
  })

  it('is found distorted when it is driven into full scale', () => {
    expect(verdicts('volume=22dB,asoftclip=type=hard')).toEqual(['clipped', 'clipped', 'clipped'])
  })
})

describe('a stream that repeats three seconds of what was on before', () => {
  const rows = rowsOf(denseMusic(30))
  const program = remembered(rows)
  const loop = rows.slice(Math.round(4 * rowsPerSecond), Math.round(7 * rowsPerSecond))

  it('is called stale the first time, wherever the repetition begins anew', () => {
    const heardRows = Math.round(4 * rowsPerSecond)
    const verdicts = Array.from({ length: 9 }, (_, step) => {
      const start = Math.round((step / 9) * loop.length)
      const heard = Array.from({ length: heardRows }, (_, index) => loop[(start + index) % loop.length] as Row)
      const usual = { latencyMs: 2000, mostLatencyMs: 6000, gainDb: 0, ceilingDbtp, earlier: [] }
      return judge(program, { rows: heard, playedAtMs: 26_000, ...usual }).verdict
    })
    expect(verdicts).toEqual(Array(9).fill('stale'))
  })
})
