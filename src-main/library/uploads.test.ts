import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Track } from '@contract/library'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, makeSound, openTestStation, type TestStation } from './test-station'
import { safeName } from './uploads'

let station: TestStation
beforeEach(() => {
  station = openTestStation()
})
afterEach(() => station.close())

const upload = (path: string, name: string, size?: number) =>
  station.library.uploads.accept({ name, stream: createReadStream(path), size })
const media = () => readdirSync(join(station.dataDir, 'media')).filter((name) => name !== '.incoming')
const left = () => readdirSync(join(station.dataDir, 'media', '.incoming')).filter((name) => name !== 'resumable')

describe('an upload', () => {
  it('is in the library, playable and measured, when it is done', async () => {
    const path = await makeSound(join(station.music, 'x.mp3'), { tags: { title: 'Up', artist: 'Loader' } })
    const track = await upload(path, 'My Song.mp3')
    expect(track).toMatchObject({ title: 'Up', artist: 'Loader', state: 'playable', fileName: 'My Song.mp3' })
    expect(track.lufs).toBeLessThan(-10)
    expect(media()).toEqual(['My Song.mp3'])
    expect(left()).toEqual([])
  })

  it('is not taken twice, and two files of one name both stay', async () => {
    const [a, b] = [join(station.music, 'a.mp3'), join(station.music, 'b.mp3')]
    await makeSound(a)
    await makeSound(b, { frequencyHz: 600 })
    const first = await upload(a, 'song.mp3')
    expect((await upload(a, 'again.mp3')).id).toBe(first.id)
    const second = await upload(b, 'song.mp3')
    expect(second.fileName).toBe('song (2).mp3')
    expect(media().sort()).toEqual(['song (2).mp3', 'song.mp3'])
  })

  it('keeps both of two files of one name that arrive together, and takes one content once', async () => {
    const [a, b] = [join(station.music, 'a.mp3'), join(station.music, 'b.mp3')]
    await makeSound(a)
    await makeSound(b, { frequencyHz: 880 })
    const tracks = await Promise.all([upload(a, 'Song.mp3'), upload(b, 'Song.mp3'), upload(a, 'Song.mp3')])
    expect(new Set(tracks.map(({ id }) => id)).size).toBe(2)
    expect(media().sort()).toEqual(['Song (2).mp3', 'Song.mp3'])
    expect(left()).toEqual([])
  })

  it('leaves nothing behind when the station was killed in the middle of it', async () => {
    const folder = join(station.dataDir, 'media', '.incoming', 'half')
    mkdirSync(folder)
    writeFileSync(join(folder, 'half.mp3'), 'half')
    await station.restart()
    expect(left()).toEqual([])
  })

  it('is refused with a reason when it does not decode, breaks off or is no sound file', async () => {
    const cut = await makeSound(join(station.music, 'cut.flac'), { seconds: 10 })
    truncateSync(cut, 60_000)
    await expect(upload(cut, 'cut.flac')).rejects.toMatchObject({ code: 'unprocessable', message: /cut off|decoded/ })
    const good = await makeSound(join(station.music, 'good.mp3'))
    await expect(upload(good, 'good.mp3', 10_000_000)).rejects.toMatchObject({ code: 'validation' })
    await expect(upload(good, 'virus.exe')).rejects.toMatchObject({ code: 'unprocessable' })
    const text = Readable.from([Buffer.from('hello'.repeat(100))])
    await expect(station.library.uploads.accept({ name: 'a.mp3', stream: text })).rejects.toMatchObject({
      code: 'unprocessable',
    })
    const broken = new Readable({ read() {} })
    broken.push(Buffer.alloc(1000))
    setImmediate(() => broken.destroy(new Error('connection reset')))
    await expect(station.library.uploads.accept({ name: 'a.mp3', stream: broken })).rejects.toMatchObject({
      code: 'validation',
    })
    expect(media()).toEqual([])
    expect(left()).toEqual([])
    expect(byName(station.library).size).toBe(0)
  })

  it('cannot leave its folder by its name', async () => {
    const path = await makeSound(join(station.music, 'x.mp3'))
    const track = await upload(path, '../../../../etc/..\\passwd\u0000.mp3')
    expect(track.path.startsWith(join(station.dataDir, 'media'))).toBe(true)
    expect(safeName('a/b/c.mp3')).toBe('c.mp3')
    expect(safeName('..\\..\\x:y?.mp3')).toBe('x_y_.mp3')
    expect(Buffer.byteLength(safeName(`${'ж'.repeat(300)}.mp3`))).toBeLessThan(255)
    expect(() => safeName('..')).toThrow()
  })

  it('can be deleted with its track; a file in a music folder cannot', async () => {
    const path = await makeSound(join(station.music, 'x.mp3'))
    const { id, path: stored } = await upload(path, 'up.mp3')
    await station.library.operations.tracks.remove({ id, deleteFile: true })
    expect(existsSync(stored)).toBe(false)
    await station.library.importFolder(station.music)
    await station.library.settled()
    const own = byName(station.library).get('x.mp3') as Track
    await expect(async () =>
      station.library.operations.tracks.remove({ id: own.id, deleteFile: true }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(existsSync(own.path)).toBe(true)
  })
})

describe('a resumable upload', () => {
  const url = 'http://localhost/api/uploads'
  const send = (method: string, at: string, headers: Record<string, string>, body?: Uint8Array<ArrayBuffer>) =>
    station.library.uploads.resumable(
      new Request(at, { method, headers: { 'Tus-Resumable': '1.0.0', ...headers }, body }),
    )
  const metadata = (name: string) => `filename ${Buffer.from(name).toString('base64')}`

  async function create(name: string, length: number): Promise<string> {
    const response = await send('POST', url, { 'Upload-Length': String(length), 'Upload-Metadata': metadata(name) })
    expect(response.status).toBe(201)
    return new URL(response.headers.get('location') ?? '', url).href
  }
  const patch = (at: string, offset: number, bytes: Uint8Array<ArrayBuffer>) =>
    send('PATCH', at, { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' }, bytes)

  it('goes on where it broke off, across a restart, and ends in the library', async () => {
    const bytes = new Uint8Array(readFileSync(await makeSound(join(station.music, 'x.mp3'), { seconds: 5 })))
    const at = await create('Лето.mp3', bytes.length)
    expect((await patch(at, 0, bytes.slice(0, 20_000))).status).toBe(204)
    await station.restart()
    const head = await send('HEAD', at, {})
    expect(head.headers.get('upload-offset')).toBe('20000')
    const last = await patch(at, 20_000, bytes.slice(20_000))
    expect(last.status).toBe(204)
    const track = station.library.track(Number(last.headers.get('wavedesk-track-id')))
    expect(track).toMatchObject({ fileName: 'Лето.mp3', state: 'playable' })
    expect(readdirSync(join(station.dataDir, 'media', '.incoming', 'resumable'))).toEqual([])
  })

  it('is refused at its start for a kind that is not played, and at its end when it does not decode', async () => {
    const refused = await send('POST', url, { 'Upload-Length': '10', 'Upload-Metadata': metadata('a.exe') })
    expect(refused.status).toBe(422)
    const at = await create('a.mp3', 1000)
    const last = await patch(at, 0, new Uint8Array(1000).fill(65))
    expect(last.status).toBe(422)
    expect(await last.json()).toMatchObject({ error: { code: 'unprocessable' } })
    expect(media()).toEqual([])
    const tooLarge = await send('POST', url, { 'Upload-Length': String(2 ** 40), 'Upload-Metadata': metadata('a.mp3') })
    expect(tooLarge.status).toBe(413)
  })
})
