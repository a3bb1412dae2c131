import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Track } from '@contract/library'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { analyserVersion } from './analysis/protocol'
import { byName, ffmpeg, makeSound, openTestStation, type TestStation, until } from './test-station'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

async function imported(name: string): Promise<Track> {
  await station.library.importFolder(station.music)
  await station.library.settled()
  return byName(station.library).get(name) as Track
}
const reportOf = async (id: number) => station.library.operations.tracks.report({ id })

/** Strikes of a note on every beat, with a softer one between, as a WAV file. */
function writeBeats(path: string, bpm: number, notesHz: readonly (readonly number[])[], seconds: number): string {
  const rate = 44_100
  const samples = new Int16Array(seconds * rate)
  const beat = (60 / bpm) * rate
  for (let strike = 0; strike * (beat / 2) < samples.length; strike++) {
    const start = Math.round(strike * (beat / 2))
    const chord = notesHz[Math.floor(strike / 8) % notesHz.length] as readonly number[]
    const level = strike % 2 === 0 ? (strike % 4 === 0 ? 9000 : 7000) : 3000
    for (let frame = 0; frame < beat * 0.45 && start + frame < samples.length; frame++) {
      const decay = Math.exp(-frame / (rate * 0.12))
      let value = 0
      for (const hertz of chord) value += Math.sin((2 * Math.PI * hertz * frame) / rate) / chord.length
      samples[start + frame] = (samples[start + frame] as number) + value * level * decay * 2
    }
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  for (const [offset, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    header.writeUInt16LE(value, offset)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * 2, 28)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(samples.byteLength, 40)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, Buffer.concat([header, Buffer.from(samples.buffer)]))
  return path
}

const [a, c, d, e, f, g] = [220, 261.63, 293.66, 329.63, 349.23, 392]

describe('what a track is made of', () => {
  it('tells tempo and key, with how sure it is, and the tempo at half and double', async () => {
    writeBeats(
      join(station.music, 'minor.wav'),
      97.3,
      [
        [a / 2, a, c, e],
        [d / 2, d, f, a],
        [e / 2, e, 415.3, 493.88],
        [a / 2, a, c, e],
      ],
      40,
    )
    writeBeats(
      join(station.music, 'major.wav'),
      128,
      [
        [c / 2, c, e, g],
        [f / 2, f, a, c],
        [g / 2, g, 493.88, d],
        [c / 2, c, e, g],
      ],
      40,
    )
    const minor = await imported('minor.wav')
    expect(Math.abs((minor.tempoBpm ?? 0) / 97.3 - 1)).toBeLessThan(0.01)
    expect(minor).toMatchObject({ key: 'A minor', camelot: '8A', tempoIsByHand: false })
    expect(minor.tempoConfidence).toBeGreaterThan(0.2)
    expect(minor.keyConfidence).toBeGreaterThan(0.3)
    const major = byName(station.library).get('major.wav') as Track
    expect(major).toMatchObject({ key: 'C major', camelot: '8B' })
    const report = await reportOf(minor.id)
    expect(report.tempoAlternatives[0]).toBeCloseTo((minor.tempoBpm ?? 0) / 2, 1)
    expect(report.tempoAlternatives[1]).toBeCloseTo((minor.tempoBpm ?? 0) * 2, 1)
    const doubled = await station.library.operations.tracks.update({
      id: minor.id,
      tempoBpm: report.tempoAlternatives[1],
    })
    expect(doubled).toMatchObject({ tempoBpm: report.tempoAlternatives[1], tempoIsByHand: true, tempoConfidence: 1 })
    const list = async (order: 'asc' | 'desc') =>
      (await station.library.operations.tracks.list({ sort: 'tempo', order, limit: 5 })).items.map(
        ({ fileName }) => fileName,
      )
    expect(await list('asc')).toEqual(['major.wav', 'minor.wav'])
    const back = await station.library.operations.tracks.update({ id: minor.id, tempoBpm: null })
    expect(back.tempoBpm).toBe(minor.tempoBpm)
    expect(await list('asc')).toEqual(['minor.wav', 'major.wav'])
  })

  it('claims neither tempo nor key of noise and silence', async () => {
    await makeSound(join(station.music, 'silent.flac'), { source: 'anullsrc=d=8:r=48000' })
    await makeSound(join(station.music, 'noise.flac'), { source: 'anoisesrc=c=white:a=0.3:d=20:seed=5' })
    expect(await imported('silent.flac')).toMatchObject({ tempoBpm: null, key: null, camelot: null, energy: null })
    const noise = byName(station.library).get('noise.flac') as Track
    expect(noise.tempoBpm === null || (noise.tempoConfidence ?? 1) < 0.15).toBe(true)
  })

  it('gives a driving track more energy than a soft one', async () => {
    writeBeats(join(station.music, 'drive.wav'), 140, [[110, 220, 880, 1760, 3520, 5000]], 20)
    await makeSound(join(station.music, 'soft.flac'), { source: 'sine=f=220:d=20,volume=0.05,tremolo=f=0.1:d=0.9' })
    const drive = await imported('drive.wav')
    const soft = byName(station.library).get('soft.flac') as Track
    expect(drive.energy).toBeGreaterThan((soft.energy ?? 1) + 0.2)
  })

  it('finds the silence inside a track, to the tenth of a second', async () => {
    await makeSound(join(station.music, 'gap.flac'), {
      source: "aevalsrc='if(between(t,6,9.5)+between(t,12,12.4),0,0.4*sin(2*PI*300*t))':d=16:s=44100",
    })
    const { id } = await imported('gap.flac')
    const { silences } = await reportOf(id)
    expect(silences).toHaveLength(1)
    expect(silences[0]?.fromSeconds).toBeCloseTo(6, 1)
    expect(silences[0]?.toSeconds).toBeCloseTo(9.5, 1)
  })

  it('supposes the end of the intro where the sound becomes full, marks it as an estimate, and gives way to a hand', async () => {
    const thin = 'sine=f=200:d=12,volume=0.15'
    const full = 'anoisesrc=c=pink:a=0.5:d=60:seed=2'
    await makeSound(join(station.music, 'intro.flac'), {
      source: `${thin}[a];${full}[b];[a][b]concat=n=2:v=0:a=1`,
    })
    const track = await imported('intro.flac')
    expect(track.cues.introEndSeconds).toBeGreaterThan(11)
    expect(track.cues.introEndSeconds).toBeLessThan(13.1)
    expect(track).toMatchObject({ introEndIsEstimate: true, cuesByHand: [] })
    const byHand = await station.library.operations.tracks.update({ id: track.id, cues: { introEndSeconds: 20 } })
    expect(byHand).toMatchObject({ introEndIsEstimate: false, cues: { introEndSeconds: 20 } })
    expect((await reportOf(track.id)).measuredCues.introEndSeconds).toBe(track.cues.introEndSeconds)
    const later = await station.library.operations.tracks.update({
      id: track.id,
      cues: { introEndSeconds: null, cueInSeconds: 30 },
    })
    expect(later.cues.introEndSeconds).toBe(30)
  })
})

describe('how a track ends', () => {
  it('tells a cold end, a fade-out and a last chord that rings out apart', async () => {
    const beats = writeBeats(join(station.dataDir, 'beats.wav'), 120, [[110, 220, 330]], 40)
    const from = (name: string, filter: string) => ffmpeg(['-i', beats, '-af', filter, join(station.music, name)])
    await from('cold.flac', 'atrim=end=30.2,apad=pad_dur=2')
    await from('fade.flac', 'atrim=end=30,afade=t=out:st=20:d=10')
    await makeSound(join(station.music, 'ring.flac'), {
      source: "aevalsrc='0.4*sin(2*PI*220*t)*if(lt(t,20),exp(-mod(t,0.5)*6),exp(-(t-20)*0.9))':d=28:s=44100",
    })
    const cold = await imported('cold.flac')
    const tracks = byName(station.library)
    expect(cold.ending).toBe('cold')
    expect(cold.cues.startNextSeconds).toBe(cold.cues.cueOutSeconds)
    const fade = tracks.get('fade.flac') as Track
    expect(fade.ending).toBe('fade')
    expect((fade.cues.cueOutSeconds ?? 0) - (fade.cues.startNextSeconds ?? 0)).toBeGreaterThan(2)
    expect((await reportOf(fade.id)).measuredCues.fadeOutSeconds).toBeGreaterThan(5)
    // What the recording does by itself is not done to it again.
    expect(fade.cues.fadeOutSeconds).toBeNull()
    expect((tracks.get('ring.flac') as Track).ending).toBe('tail')
  })

  it('does not cut a quiet ending that is played out at one level', async () => {
    await makeSound(join(station.music, 'quiet.flac'), {
      source: "aevalsrc='if(lt(t,30),0.5,0.07)*sin(2*PI*220*t)*exp(-mod(t,0.5)*2)':d=50:s=44100",
    })
    const { cues } = await imported('quiet.flac')
    expect((cues.cueOutSeconds ?? 0) - (cues.startNextSeconds ?? 0)).toBeLessThan(0.7)
  })
})

describe('loudness over time', () => {
  it('draws the momentary loudness as ffmpeg measures it', async () => {
    const path = await makeSound(join(station.music, 'steps.flac'), {
      source:
        "aevalsrc='if(lt(t,5),0.05,if(lt(t,10),0.5,0))*sin(2*PI*997*t)|if(lt(t,5),0.05,if(lt(t,10),0.5,0))*sin(2*PI*997*t)':d=13:s=48000",
    })
    const { id } = await imported('steps.flac')
    const curve = await station.library.operations.tracks.loudness({ id, points: 5000 })
    expect(curve.stepSeconds).toBeCloseTo(0.1, 5)
    const printed = await ffmpeg(['-v', 'verbose', '-i', path, '-af', 'ebur128', '-f', 'null', '-'])
    const theirs = [...printed.matchAll(/t: ([\d.]+)\s+TARGET.*?M:\s*(-?[\d.]+)/g)]
    expect(theirs.length).toBeGreaterThan(100)
    for (const [, time, momentary] of theirs) {
      // Theirs is of the 400 ms before its time.
      const ours = curve.momentaryLufs[Math.round((Number(time) - 0.4) * 10)]
      if (ours === undefined || ours === null || Number(momentary) < -60) continue
      expect(Math.abs(ours - Number(momentary))).toBeLessThan(0.15)
    }
    expect(curve.momentaryLufs.at(-1)).toBeNull()
    const short = await station.library.operations.tracks.loudness({ id, points: 13 })
    expect(short.momentaryLufs).toHaveLength(13)
    expect(short.stepSeconds).toBeCloseTo(0.97, 1)
  })

  it('shows the ReplayGain or R128 tag of a file beside what it measured itself', async () => {
    await makeSound(join(station.music, 'rg.mp3'), {
      tags: { REPLAYGAIN_TRACK_GAIN: '-7.25 dB', REPLAYGAIN_TRACK_PEAK: '0.5' },
    })
    await makeSound(join(station.music, 'rg.flac'), { frequencyHz: 330, tags: { REPLAYGAIN_TRACK_GAIN: '+3.00 dB' } })
    await makeSound(join(station.music, 'r128.opus'), { tags: { R128_TRACK_GAIN: '-1280' } })
    await makeSound(join(station.music, 'none.m4a'))
    await imported('rg.mp3')
    const tagOf = async (name: string) => (await reportOf(byName(station.library).get(name)?.id ?? 0)).gainTag
    expect(await tagOf('rg.mp3')).toEqual({ source: 'ReplayGain', gainDb: -7.25, lufs: -10.75, peakDbfs: -6.02 })
    expect(await tagOf('rg.flac')).toEqual({ source: 'ReplayGain', gainDb: 3, lufs: -21, peakDbfs: null })
    expect(await tagOf('r128.opus')).toMatchObject({ source: 'R128', gainDb: -5, lufs: -18 })
    expect(await tagOf('none.m4a')).toBeNull()
  })

  it('gives peaks as close as they are asked for, of the whole track or a part of it', async () => {
    await makeSound(join(station.music, 'a.flac'), {
      source: "aevalsrc='if(lt(t,10),0.2,0.8)*sin(2*PI*440*t)':d=20:s=48000",
    })
    const { id } = await imported('a.flac')
    const { media } = station.library
    expect(media.waveform(id, { points: 10 })?.peaks.map((peak) => Math.round(peak * 10) / 10)).toEqual([
      ...[0.2, 0.2, 0.2, 0.2, 0.2],
      ...[0.8, 0.8, 0.8, 0.8, 0.8],
    ])
    expect(media.waveform(id, { perSecond: 5 })?.peaks).toHaveLength(100)
    const part = media.waveform(id, { fromSeconds: 9, toSeconds: 11, perSecond: 50 })
    expect(part).toMatchObject({ fromSeconds: 9, toSeconds: 11, peaksPerSecond: 50 })
    expect(part?.peaks).toHaveLength(100)
    expect(part?.peaks[40]).toBeCloseTo(0.2, 1)
    expect(part?.peaks[60]).toBeCloseTo(0.8, 1)
    expect(() => media.waveform(id, { fromSeconds: 99 })).toThrow(/nothing of this track/)
  })
})

describe('when it is measured', () => {
  it('measures again what an older version measured, and plays it meanwhile', async () => {
    await makeSound(join(station.music, 'a.flac'))
    const { id } = await imported('a.flac')
    station.db.exec(`UPDATE tracks SET analyserVersion = 1, tempoBpm = NULL, energy = NULL; UPDATE analyses SET analyserVersion = 1,
      ending = NULL, energy = NULL, introEndSeconds = NULL`)
    const states = new Set<string | undefined>()
    const library = await station.restart()
    const off = station.events.on('library.changed', () => states.add(library.track(id)?.state))
    expect(library.track(id)).toMatchObject({ state: 'playable', ending: null, energy: null })
    await library.settled()
    off()
    expect(library.track(id)?.energy).not.toBeNull()
    expect((await reportOf(id)).analyserVersion).toBe(analyserVersion)
    expect([...states]).toEqual(['playable'])
  })

  it('measures what is about to play before everything else', async () => {
    for (let index = 0; index < 14; index++) {
      const name = `${String(index).padStart(2, '0')}.wav`
      writeBeats(join(station.music, name), 120, [[200 + 20 * index]], 20)
    }
    const order: string[] = []
    const jobs = new Set<string>()
    station.events.on('library.job', async ({ jobId }) => {
      const job = await station.library.operations.jobs.get({ id: jobId })
      if (job.kind === 'analysis') jobs.add(job.label)
    })
    station.events.on('library.changed', () => {
      for (const track of byName(station.library).values())
        if (track.lufs !== null && !order.includes(track.fileName)) order.push(track.fileName)
    })
    await station.library.importFolder(station.music)
    await until(station.events, () => byName(station.library).size === 14, 'all are known')
    const last = byName(station.library).get('13.wav') as Track
    station.library.prioritise([last.id])
    await station.library.settled()
    expect(order).toHaveLength(14)
    expect(order.indexOf('13.wav')).toBeLessThan(7)
    expect([...jobs]).toContain('13.wav')
  }, 120_000)

  it('does not measure the same sound twice, also when it is asked for twice at once', async () => {
    const path = await makeSound(join(station.music, 'a.flac'), { seconds: 8 })
    copyFileSync(path, join(station.music, 'copy.flac'))
    await imported('a.flac')
    const tracks = [...byName(station.library).values()]
    expect(new Set(await Promise.all(tracks.map(async ({ id }) => (await reportOf(id)).analysedAt))).size).toBe(1)
    station.library.prioritise(tracks.map(({ id }) => id))
    await station.library.settled()
    expect(existsSync(path) && readFileSync(path).length > 0).toBe(true)
  })
})
