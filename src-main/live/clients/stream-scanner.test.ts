// Real encoders' bytes, cut and mixed in every way a client could send them.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClientGate } from './client-gate'
import { PcmPacer } from './pcm-pacer'
import { type ScanStep, type StreamFormat, StreamScanner } from './stream-scanner'

const encode = (seconds: number, ...args: string[]): Buffer =>
  execFileSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'lavfi', '-i', `sine=frequency=500:sample_rate=44100:duration=${seconds}`, ...args, 'pipe:1'],
    { maxBuffer: 1e8 },
  )
const named = ['-metadata', 'title=Grün', '-metadata', 'artist=Käthe']
const samples = {
  mp3: encode(2, '-c:a', 'libmp3lame', '-b:a', '96k', '-id3v2_version', '0', '-write_xing', '0', '-f', 'mp3'),
  mpeg2: encode(
    2,
    '-ar',
    '22050',
    '-c:a',
    'libmp3lame',
    '-b:a',
    '48k',
    '-id3v2_version',
    '0',
    '-write_xing',
    '0',
    '-f',
    'mp3',
  ),
  aac: encode(2, '-c:a', 'aac', '-f', 'adts'),
  vorbis: encode(2, '-c:a', 'libvorbis', '-ac', '2', ...named, '-f', 'ogg'),
  opus: encode(2, '-c:a', 'libopus', ...named, '-f', 'ogg'),
  oggFlac: encode(2, '-c:a', 'flac', ...named, '-f', 'ogg'),
  flac: encode(2, '-c:a', 'flac', ...named, '-f', 'flac'),
}
const expected: Record<keyof typeof samples, [StreamFormat, string]> = {
  mp3: ['mp3', 'MP3'],
  mpeg2: ['mp3', 'MP3'],
  aac: ['aac', 'AAC'],
  vorbis: ['ogg', 'Ogg Vorbis'],
  opus: ['ogg', 'Ogg Opus'],
  oggFlac: ['ogg', 'Ogg FLAC'],
  flac: ['flac', 'FLAC'],
}

/** Segments with the bytes of each, and the titles. */
function scan(pieces: Buffer[], scanner = new StreamScanner()) {
  const segments: { format: string; codec: string; bytes: Buffer }[] = []
  const titles: string[] = []
  const steps: ScanStep[] = pieces.flatMap((piece) => scanner.push(piece))
  for (const step of steps) {
    if (step.kind === 'segment') segments.push({ ...step, bytes: Buffer.alloc(0) })
    else if (step.kind === 'title') titles.push(`${step.artist} - ${step.title}`)
    else {
      const last = segments.at(-1)
      if (last) last.bytes = Buffer.concat([last.bytes, step.bytes])
    }
  }
  return { segments, titles, scanner }
}

const decodedSeconds = (bytes: Buffer): number =>
  execFileSync('ffmpeg', ['-v', 'error', '-i', 'pipe:0', '-f', 'f32le', '-ar', '48000', '-ac', '1', 'pipe:1'], {
    input: bytes,
    maxBuffer: 1e9,
  }).length /
  4 /
  48_000

const kinds = Object.keys(samples) as (keyof typeof samples)[]

describe('what a client sends', () => {
  it.each(kinds)('is recognised by its bytes, however they arrive (%s)', (kind) => {
    const bytes = samples[kind]
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 50 }), (cuts) => {
        const pieces: Buffer[] = []
        let offset = 0
        for (const cut of cuts) {
          pieces.push(bytes.subarray(offset, offset + cut))
          offset += cut
        }
        pieces.push(bytes.subarray(offset))
        const { segments } = scan(pieces)
        expect(segments.map(({ format, codec }) => [format, codec])).toEqual([expected[kind]])
        // What may be the beginning of something else is kept back at the end.
        const given = segments[0]?.bytes ?? Buffer.alloc(0)
        expect(bytes.length - given.length).toBeLessThan(8)
        expect(given.equals(bytes.subarray(0, given.length))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it.each(['vorbis', 'opus', 'oggFlac', 'flac'] as const)('names its title in the stream (%s)', (kind) => {
    expect(scan([samples[kind]]).titles).toEqual(['Käthe - Grün'])
  })

  it('changes its format in the middle, and each piece can be decoded whole', () => {
    const order = ['mp3', 'vorbis', 'aac', 'opus', 'mpeg2', 'oggFlac', 'flac', 'vorbis', 'mp3'] as const
    const { segments } = scan([Buffer.concat(order.map((kind) => samples[kind]))])
    // Nothing tells where frames of FLAC end but the start of a stream that has one; MP3 after Vorbis is found again.
    expect(segments.map(({ codec }) => codec)).toEqual(order.map((kind) => expected[kind][1]))
    for (const { bytes } of segments) expect(decodedSeconds(bytes)).toBeGreaterThan(1.9)
  })

  it('begins a new piece with each link of a chained stream and with each sample rate', () => {
    const rates = Buffer.concat([samples.mp3, samples.mpeg2, samples.mp3])
    expect(scan([rates]).segments.length).toBe(3)
    const chained = Buffer.concat([samples.vorbis, samples.vorbis, samples.opus])
    const { segments, titles } = scan([chained])
    expect(segments.map(({ codec }) => codec)).toEqual(['Ogg Vorbis', 'Ogg Vorbis', 'Ogg Opus'])
    expect(titles.length).toBe(3)
  })

  it('goes on after rubbish in between, without a new piece for the same sound', () => {
    const half = Math.floor(samples.mp3.length / 2)
    const rubbish = Buffer.from('<html>502 Bad Gateway</html>'.repeat(50))
    const { segments } = scan([samples.mp3.subarray(0, half), rubbish, samples.mp3.subarray(half)])
    expect(segments.length).toBe(1)
    expect(decodedSeconds(segments[0]?.bytes ?? Buffer.alloc(0))).toBeGreaterThan(1.8)
  })

  it('is counted as strange when nothing of it is sound, and is not kept', () => {
    const scanner = new StreamScanner()
    for (let index = 0; index < 100; index++) {
      const rubbish = Buffer.from(Array.from({ length: 4000 }, (_, at) => ((index * 4000 + at) * 48_271) % 127))
      expect(scanner.push(rubbish)).toEqual([])
    }
    expect(scanner.strangeBytes).toBeGreaterThan(390_000)
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 }), (pieces) => {
        const scanner = new StreamScanner()
        const seeds = [samples.vorbis, samples.flac, samples.mp3, samples.aac]
        for (const [index, piece] of pieces.entries()) {
          scanner.push(Buffer.from(piece))
          scanner.push((seeds[index % seeds.length] as Buffer).subarray(index * 7, index * 7 + 900))
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('a client that floods', () => {
  it('is let read at the pace of the clock once it is ahead', () => {
    const pacer = new PcmPacer(4 * 48_000, 0)
    let given = 0
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 20) {
      const allowed = pacer.allowed(nowMs)
      pacer.spend(allowed)
      given += allowed
    }
    expect(given / 48_000).toBeGreaterThan(63.9)
    expect(given / 48_000).toBeLessThan(64.1)
  })

  it('may catch up after a gap of the network, and no more than the gap', () => {
    const pacer = new PcmPacer(4 * 48_000, 0)
    pacer.spend(pacer.allowed(0))
    expect(pacer.aheadSeconds(3000)).toBeCloseTo(1, 1)
    expect(pacer.allowed(3000) / 48_000).toBeCloseTo(3, 1)
  })
})

describe('keys', () => {
  const policy = {
    ...{ feedKeyHash: '', play: 'nobody' as const, stallSeconds: 2, clients: true, busy: [] },
    publishers: [
      // SHA-256 of "secret".
      {
        ...{ presenterId: 1, name: 'Anna', enabled: true },
        keyHash: '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
      },
    ],
  }
  const basic = (key: string) => `Basic ${Buffer.from(`source:${key}`).toString('base64')}`

  it('are guessed ten times a minute from one address and no more, and others are not held up', () => {
    const gate = new ClientGate()
    const ask = (key: string, address: string, nowMs: number) =>
      gate.admit(policy, { authorization: basic(key), address }, nowMs)
    for (let guess = 0; guess < 10; guess++)
      expect(ask(`wrong ${guess}`, '1.2.3.4', guess)).toMatchObject({ status: 401 })
    expect(ask('wrong', '1.2.3.4', 11)).toMatchObject({ status: 429, retryAfterSeconds: expect.any(Number) })
    expect(ask('wrong', '5.6.7.8', 11)).toMatchObject({ status: 401 })
    expect(ask('secret', '1.2.3.4', 11)).toMatchObject({ allowed: true })
    expect(ask('wrong', '1.2.3.4', 70_000)).toMatchObject({ status: 401 })
  })

  it('are asked for, not counted, when there is none', () => {
    const gate = new ClientGate()
    for (let time = 0; time < 30; time++)
      expect(gate.admit(policy, { authorization: null, address: '1.2.3.4' }, time)).toMatchObject({
        status: 401,
        refusal: null,
      })
    expect(gate.admit(policy, { authorization: basic('secret'), address: '1.2.3.4' }, 40)).toMatchObject({
      allowed: true,
    })
  })
})
