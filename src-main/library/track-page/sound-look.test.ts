import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runToEnd } from '../../processes'
import type { TrackRow } from '../catalogue/track-row'
import { problemsOf } from './problems'
import { createSoundLooks } from './sound-look'

const ffmpegPath = process.env['WAVEDESK_FFMPEG'] || 'ffmpeg'
const folder = mkdtempSync(join(tmpdir(), 'wavedesk-look-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function sound(name: string, source: string, ...filters: string[]): Promise<string> {
  const path = join(folder, name)
  const args = [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    source,
    ...(filters.length > 0 ? ['-af', filters.join(',')] : []),
    path,
  ]
  const { exit } = await runToEnd({ name: 'test', job: 'test', command: ffmpegPath, args })
  expect(exit.code).toBe(0)
  return path
}

const looks = createSoundLooks({ folder: join(folder, 'kept'), ffmpegPath: () => ffmpegPath })
const figuresOf = async (path: string) => (await looks.look(path, path.replaceAll(/\W/g, '')))?.figures ?? null
const row = {
  ...{
    missing: 0,
    state: 'playable',
    format: 'FLAC',
    bitrateKbps: 900,
    sampleRateHz: 44_100,
    channels: 2,
    problem: null,
  },
  ...{ title: 'Sea', artist: 'Ann', album: '', genre: '', comment: '', composer: '', label: '' },
} as TrackRow
const found = (change: Partial<TrackRow>, figures: Awaited<ReturnType<typeof figuresOf>> = null) =>
  problemsOf({ row: { ...row, ...change }, figures, silences: [] }).map(({ problem }) => problem)

describe('a look at the sound of a track', () => {
  it('finds a clipped one, and leaves a clean one alone', async () => {
    const noise = 'anoisesrc=d=4:c=pink:a=0.5:seed=1:r=44100,aformat=channel_layouts=stereo'
    const clipped = await figuresOf(await sound('clipped.flac', noise, 'volume=14dB', 'asoftclip=type=hard'))
    expect(clipped?.flatTops).toBeGreaterThan(100)
    expect(found({}, clipped)).toContain('clipped')
    expect(found({}, await figuresOf(await sound('clean.flac', noise)))).not.toContain('clipped')
  })

  it('tells one sound on both channels from two, and from a file of one channel', async () => {
    const both = await figuresOf(await sound('both.flac', 'sine=440:d=2,aformat=channel_layouts=stereo'))
    expect(both?.channelsAlike).toBe(true)
    expect(found({}, both)).toContain('mono')
    const wide = await figuresOf(
      await sound('wide.flac', 'aevalsrc=sin(440*2*PI*t)*0.3|sin(550*2*PI*t)*0.3:d=2:s=44100'),
    )
    expect(wide?.channelsAlike).toBe(false)
    expect(found({}, wide)).toEqual([])
    expect(found({ channels: 1 }, wide)).toEqual(['mono'])
  })

  it('finds a side without sound, and a file without any', async () => {
    const right = await figuresOf(await sound('right.flac', 'aevalsrc=0|sin(550*2*PI*t)*0.3:d=2:s=44100'))
    expect(right?.silentSide).toBe('left')
    expect(found({}, right)).toEqual(['mono'])
    const nothing = await figuresOf(await sound('nothing.flac', 'anullsrc=d=2'))
    expect(problemsOf({ row, figures: nothing, silences: [] }).map(({ text }) => text)).toEqual([
      'It is silent from beginning to end.',
    ])
  })

  it('draws its spectrum once', async () => {
    const path = await sound('sweep.flac', 'sine=1000:d=2')
    const first = await looks.look(path, 'sweep')
    expect(
      Buffer.from(first?.spectrum ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    rmSync(path)
    expect((await looks.look(path, 'sweep'))?.figures).toEqual(first?.figures)
    expect(readFileSync(join(folder, 'kept', 'sweep-2.png')).length).toBe(first?.spectrum.length)
  })

  it('says nothing of a file without sound', async () => {
    expect(await looks.look(import.meta.filename, 'text')).toBeNull()
  })
})

describe('what is said of a track', () => {
  it('names low bit rates, odd sample rates and text read in another character set', () => {
    expect(found({ format: 'MP3', bitrateKbps: 96 })).toEqual(['lowBitRate'])
    expect(found({ format: 'Opus', bitrateKbps: 96 })).toEqual([])
    expect(found({ sampleRateHz: 22_050 })).toEqual(['sampleRate'])
    const [mojibake] = problemsOf({ row: { ...row, artist: 'BjÃ¶rk' }, figures: null, silences: [] })
    expect(mojibake?.text).toBe('The artist reads “BjÃ¶rk”: it was probably “Björk”.')
    expect(found({ title: 'Lost \ufffd letter' })).toEqual(['mojibake'])
    expect(found({ title: 'Größe', artist: 'Кино', album: '東京' })).toEqual([])
  })

  it('names long silences with their time, the worst before the rest', () => {
    const silences = [
      { fromSeconds: 65, toSeconds: 67 },
      { fromSeconds: 125, toSeconds: 135.5 },
    ]
    const all = problemsOf({ row: { ...row, channels: 1 }, figures: null, silences })
    expect(all.map(({ text }) => text)).toEqual(['It is silent for 10.5 s from 2:05 on.', 'It has one channel.'])
  })
})
