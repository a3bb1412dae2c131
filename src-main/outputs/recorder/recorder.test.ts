import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openMemoryDatabase } from '../../storage'
import { decode, until } from '../testing/station'
import { type DeskOptions, newFolder, openDesk, type RecorderDesk } from './testing/desk'
import { knownSound, lagOf, writeRecording } from './testing/made-recording'

const startMs = Date.parse('2026-11-21T10:00:00.000Z')
/** The recordings of these tests are young. */
const now = () => startMs + 3_600_000

let desk: RecorderDesk | undefined
const open = async (options: DeskOptions = {}) => {
  desk = await openDesk({ now, ...options })
  return desk
}
afterEach(async () => {
  await desk?.close()
  desk = undefined
})

const cutOut = async (from: number, to: number, format: 'mp3' | 'flac' | 'wav' | 'm4a') => {
  const { recorder, made } = desk as RecorderDesk
  const input = { from, to, format, title: 'A title', artist: 'Somebody', comment: 'A comment' }
  const { id } = await recorder.operations.files.create(input)
  const file = await made(id)
  return { file: await file, bytes: readFileSync(recorder.filePath(id)) }
}

describe('a range of the recording', () => {
  it.each([
    ['wav', 0],
    ['flac', 0],
    ['mp3', 0],
    // As it was recorded: to a frame of AAC.
    ['m4a', 1024],
  ] as const)('is the program to the sample as %s, across files', async (format, most) => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 14 })
    await open({ folder })
    const { file, bytes } = await cutOut(startMs + 2345, startMs + 11_345, format)
    expect(file).toMatchObject({ state: 'done', gapSeconds: 0, progress: 1 })
    expect(file.seconds).toBeCloseTo(9, 2)
    const sound = await decode(bytes)
    const firstFrame = Math.round(2.345 * 48_000)
    // A file of AAC begins with the frames that are needed to hear the first one whole.
    // A decoder that cannot look ahead gives the rest of the last frame of MP3 as well.
    if (most === 0) expect(sound.length - 9 * 48_000).toBeLessThan(format === 'mp3' ? 1152 : 1)
    else expect(Math.abs(sound.length - 9 * 48_000)).toBeLessThan(5 * 1024)
    for (const at of [0, 4, 7]) {
      const lag = lagOf(sound.subarray(at * 48_000), (index) => knownSound(firstFrame + at * 48_000 + index), 4800)
      expect(Math.abs(lag), `after ${at} s`).toBeLessThanOrEqual(most === 0 ? 1 : 4 * 1024)
    }
  })

  it('carries its tags', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 6 })
    await open({ folder, values: { 'station.name': 'Test Radio', 'station.timezone': 'Europe/Berlin' } })
    for (const format of ['mp3', 'flac', 'wav', 'm4a'] as const) {
      const { bytes, file } = await cutOut(startMs + 1000, startMs + 3000, format)
      const text = bytes.toString('latin1').replaceAll('\0', '')
      for (const word of ['A title', 'Somebody', 'Test Radio', 'A comment', format === 'mp3' ? '2026' : '2026-11-21'])
        expect(text.includes(word), `${word} in ${format}`).toBe(true)
      expect(file.fileName).toBe(`2026-11-21 11-00 Somebody - A title (${file.id}).${format}`)
    }
  })

  it('leaves out what was not recorded, joins the rest and says how much is missing', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 6 })
    await writeRecording(folder, { startMs: startMs + 20_000, seconds: 6, name: 'b' })
    const { recorder } = await open({ folder })
    expect((await recorder.operations.get({})).spans).toHaveLength(2)
    const { file, bytes } = await cutOut(startMs + 3000, startMs + 23_000, 'wav')
    expect(file.gapSeconds).toBeCloseTo(14, 0)
    expect((await decode(bytes)).length / 48_000).toBeCloseTo(6, 0)
  })

  it('of which nothing was recorded is refused', async () => {
    const { recorder } = await open()
    const order = { from: startMs, to: startMs + 1000, format: 'mp3', title: '', artist: '', comment: '' } as const
    await expect(recorder.operations.files.create(order)).rejects.toMatchObject({ code: 'not_found' })
    expect(() => recorder.listen({ from: startMs, to: null })).toThrow(expect.objectContaining({ code: 'not_found' }))
  })

  it('is heard from where one asks, as it was recorded', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 10 })
    const { recorder } = await open({ folder })
    const { stream, from } = recorder.listen({ from: startMs + 5500, to: startMs + 8500 })
    const bytes: Buffer[] = []
    for await (const chunk of stream) bytes.push(chunk as Buffer)
    expect(from).toBe(startMs + 5500)
    const sound = await decode(Buffer.concat(bytes), ['-f', 'aac'])
    expect(sound.length / 48_000).toBeCloseTo(3, 0)
    expect(Math.abs(lagOf(sound, (index) => knownSound(5.5 * 48_000 + index), 4800))).toBeLessThan(4 * 1024)
  })
})

describe('files that are being made', () => {
  it('can be cancelled, which leaves nothing behind; those that wait as well', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 24, segmentSeconds: 8 })
    const { recorder, made } = await open({ folder })
    const order = { from: startMs, to: startMs + 23_000, format: 'mp3', title: '', artist: '', comment: '' } as const
    const first = await recorder.operations.files.create(order)
    const second = await recorder.operations.files.create(order)
    expect((await recorder.operations.files.cancel({ id: second.id })).state).toBe('cancelled')
    expect((await recorder.operations.files.cancel({ id: first.id })).state).toBe('cancelled')
    expect((await made(first.id)).state).toBe('cancelled')
    expect(readdirSync(join(folder, 'exports'))).toEqual([])
    await expect(recorder.operations.files.cancel({ id: first.id })).rejects.toMatchObject({ code: 'conflict' })
    expect(() => recorder.filePath(first.id)).toThrow(expect.objectContaining({ code: 'conflict' }))
  })

  it('are deleted from the disk as well', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 4 })
    const { recorder } = await open({ folder })
    const { file } = await cutOut(startMs, startMs + 2000, 'wav')
    expect(readdirSync(join(folder, 'exports'))).toHaveLength(1)
    await recorder.operations.files.remove({ id: file.id })
    expect(readdirSync(join(folder, 'exports'))).toEqual([])
    expect(await recorder.operations.files.list({})).toEqual([])
  })

  it('keep to their folder, whatever their title says', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 4 })
    const { recorder, made } = await open({ folder })
    const title = '../../../etc/passwd\u0000\n<script>'
    const { id } = await recorder.operations.files.create({
      ...{ from: startMs, to: startMs + 1000, format: 'wav', title, artist: '..\\..', comment: '-y /tmp/x' },
    })
    expect((await made(id)).state).toBe('done')
    expect(readdirSync(join(folder, 'exports'))).toHaveLength(1)
    expect(recorder.filePath(id).startsWith(join(folder, 'exports/'))).toBe(true)
  })

  it('are made anew at the next start when the station ended meanwhile', async () => {
    const folder = newFolder()
    const db = openMemoryDatabase()
    await writeRecording(folder, { startMs, seconds: 30, segmentSeconds: 10 })
    const before = await openDesk({ folder, db, now })
    const { id } = await before.recorder.operations.files.create({
      ...{ from: startMs, to: startMs + 29_000, format: 'mp3', title: '', artist: '', comment: '' },
    })
    await before.recorder.close()
    const { made } = await open({ folder, db })
    expect((await made(id)).state).toBe('done')
  })
})

describe('the index of the recording', () => {
  const spansOf = async () => (await (desk as RecorderDesk).recorder.operations.get({})).spans

  it('is made anew from the files alone', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 12 })
    await open({ folder })
    const [span] = await spansOf()
    expect(span?.from).toBeCloseTo(startMs - 21, -1)
    expect((span?.to ?? 0) - startMs).toBeGreaterThan(11_990)
  })

  it('loses no more than the last frame of a file that ends in the middle of one', async () => {
    const folder = newFolder()
    const made = await writeRecording(folder, { startMs, seconds: 8, segmentSeconds: 4 })
    const last = join(folder, made[1]?.path ?? '')
    truncateSync(last, readFileSync(last).length - 100)
    await open({ folder })
    const [span] = await spansOf()
    expect(startMs + 8000 - (span?.to ?? 0)).toBeLessThan(60)
    const { file } = await cutOut(startMs + 1000, startMs + 7900, 'wav')
    expect(file).toMatchObject({ state: 'done', gapSeconds: 0 })
  })

  it('passes over files that are none of ours, and says so', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 4 })
    writeFileSync(join(folder, 'program/2026-11-21/broken.aac'), Buffer.alloc(5000, 0x41))
    writeFileSync(join(folder, 'program/2026-11-21/empty.aac'), '')
    writeFileSync(join(folder, 'program/notes.txt'), 'not sound')
    const { raised } = await open({ folder })
    expect(raised).toContain('recordingDamaged')
    expect(await spansOf()).toHaveLength(1)
    expect(existsSync(join(folder, 'program/2026-11-21/broken.aac'))).toBe(true)
  })

  it('forgets files that were deleted, and notices those that grew', async () => {
    const folder = newFolder()
    const db = openMemoryDatabase()
    const made = await writeRecording(folder, { startMs, seconds: 12 })
    const before = await openDesk({ folder, db, now })
    await before.recorder.close()
    rmSync(join(folder, made[0]?.path ?? ''))
    appendFileSync(join(folder, made[2]?.path ?? ''), 'rubbish behind the last frame')
    await open({ folder, db })
    const [span] = await spansOf()
    expect(span?.from).toBeCloseTo(startMs + 4000, -2)
    expect((span?.to ?? 0) - startMs).toBeGreaterThan(11_900)
  })

  it('shows the levels of what it found', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 6 })
    const { recorder } = await open({ folder })
    const range = { from: startMs, to: startMs + 10_000, points: 10 }
    const levels = await until('levels are known', async () => {
      const found = (await recorder.operations.timeline(range)).levels
      return found.peakDbfs[5] !== null && found
    })
    expect(levels.peakDbfs.slice(0, 6).every((peak) => peak !== null && peak > -9 && peak < -3)).toBe(true)
    expect(levels.rmsDbfs.slice(0, 6).every((mean) => mean !== null && mean < -9)).toBe(true)
    expect(levels.peakDbfs.slice(7)).toEqual([null, null, null])
  })

  it('keeps the later recording where a clock that was set back gave the same time twice', async () => {
    const folder = newFolder()
    await writeRecording(folder, { startMs, seconds: 12, run: 1 })
    // The clock was set back by eight seconds: frames go on, the time does not.
    await writeRecording(folder, { startMs: startMs + 4000, firstFrame: 600_000, seconds: 4, run: 1, name: 'b' })
    await open({ folder })
    expect(await spansOf()).toHaveLength(1)
    const { file, bytes } = await cutOut(startMs + 4500, startMs + 7500, 'wav')
    expect(file.gapSeconds).toBe(0)
    expect(Math.abs(lagOf(await decode(bytes), (index) => knownSound(600_000 + 24_000 + index)))).toBeLessThanOrEqual(1)
  })
})

describe('markers', () => {
  it('tell what was heard when, and end with the last sound after a crash', async () => {
    const folder = newFolder()
    const db = openMemoryDatabase()
    await writeRecording(folder, { startMs, seconds: 12 })
    const first = await openDesk({ folder, db, now })
    const started = { trackId: 3, title: 'Night Bus', artist: 'Ada', durationSeconds: 200 }
    first.bus.emit('playout.air', { onAir: true, since: startMs })
    first.bus.emit('playout.started', { queueId: 1, ...started, startedAt: startMs + 1000 })
    first.bus.emit('playout.ended', {
      queueId: 1,
      trackId: 3,
      reason: 'end',
      playedSeconds: 4,
      endedAt: startMs + 5000,
    })
    first.bus.emit('playout.started', { queueId: 2, ...started, trackId: 7, title: 'Ident', startedAt: startMs + 4800 })
    first.voices.push({ sourceId: 's', presenter: 'Ines', show: 'Late', since: startMs + 6000 })
    first.bus.emit('live.changed', {})
    const shown = await first.recorder.operations.markers({ from: startMs, to: startMs + 10_000 })
    expect(
      shown.map(({ kind, title, startedAt, endedAt }) => [
        kind,
        title,
        startedAt - startMs,
        endedAt && endedAt - startMs,
      ]),
    ).toEqual([
      ['air', '', 0, null],
      ['track', 'Night Bus', 1000, 5000],
      ['jingle', 'Ident', 4800, null],
      ['live', 'Late', 6000, null],
    ])
    // Killed: nothing is ended any more.
    const { recorder } = await open({ folder, db })
    const after = await recorder.operations.markers({ from: startMs, to: startMs + 10_000 })
    for (const { kind, endedAt } of after.filter(({ title }) => title !== 'Night Bus')) {
      expect((endedAt ?? 0) - startMs, kind).toBeGreaterThan(11_900)
      expect((endedAt ?? 0) - startMs, kind).toBeLessThan(12_100)
    }
    await first.recorder.close()
  })
})
