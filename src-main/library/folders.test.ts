import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { byName, ffmpeg, makeSound, openTestStation, type TestStation, until } from './test-station'

let station: TestStation
const folderStates: string[] = []
beforeEach(() => {
  folderStates.length = 0
  station = openTestStation({ onFolder: ({ state }) => folderStates.push(state) })
})
afterEach(() => station.close())

const tracks = () => byName(station.library)
async function importMusic(): Promise<void> {
  await station.library.importFolder(station.music)
  await station.library.settled()
}
const lastScan = async () => (await station.library.operations.jobs.list({})).find(({ kind }) => kind === 'scan')

describe('music folders', () => {
  it('does not read unchanged files again, after a restart either', async () => {
    await makeSound(join(station.music, 'a.mp3'))
    await makeSound(join(station.music, 'b.mp3'), { frequencyHz: 500 })
    await importMusic()
    await station.restart()
    await station.library.settled()
    expect(await lastScan()).toMatchObject({ found: 2, unchanged: 2, added: 0, changed: 0, failed: 0 })
  })

  it('watches a folder whose links lead in many circles, and what is renamed in it', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      mkdirSync(join(station.music, name))
      symlinkSync(station.music, join(station.music, name, 'back'))
      symlinkSync(join(station.music, 'a'), join(station.music, name, 'again'))
    }
    await importMusic()
    renameSync(join(station.music, 'b'), join(station.music, 'renamed'))
    await makeSound(join(station.music, 'renamed', 'new.mp3'))
    await until(station.events, () => tracks().has('new.mp3'), 'the file in the renamed folder is there')
    expect(tracks().get('new.mp3')?.path).toBe(join(station.music, 'renamed', 'new.mp3'))
  })

  it.runIf(process.platform === 'linux')('refuses what holds the system', async () => {
    symlinkSync('/', join(station.music, 'all'))
    for (const path of ['/', '/proc', '/sys/kernel', join(station.music, 'all')])
      await expect(station.library.operations.folders.add({ path })).rejects.toMatchObject({ code: 'validation' })
  })

  it('keeps history, edits and analysis of a file that is renamed or moved', async () => {
    await makeSound(join(station.music, 'a.mp3'), { tags: { title: 'As tagged' } })
    await makeSound(join(station.music, 'b.mp3'), { frequencyHz: 500 })
    await importMusic()
    const before = tracks().get('a.mp3') as NonNullable<ReturnType<ReturnType<typeof tracks>['get']>>
    await station.library.operations.tracks.update({ id: before.id, title: 'By hand', cues: { cueInSeconds: 0.5 } })
    station.events.emit('playout.started', {
      ...{ queueId: 1, trackId: before.id, title: '', artist: '', startedAt: 1234, durationSeconds: 2 },
    })
    await station.library.close()
    mkdirSync(join(station.music, 'sub'))
    renameSync(join(station.music, 'a.mp3'), join(station.music, 'sub', 'renamed.mp3'))
    await station.restart()
    await station.library.settled()
    expect(tracks().size).toBe(2)
    expect(tracks().get('renamed.mp3')).toMatchObject({
      ...{ id: before.id, title: 'By hand', playCount: 1, lastPlayedAt: 1234, state: 'playable' },
      lufs: before.lufs,
      cues: { cueInSeconds: 0.5 },
      path: join(station.music, 'sub', 'renamed.mp3'),
    })
  })

  it('takes a copy for a track of its own, without measuring its sound again', async () => {
    await makeSound(join(station.music, 'a.mp3'))
    await importMusic()
    copyFileSync(join(station.music, 'a.mp3'), join(station.music, 'copy.mp3'))
    await station.library.operations.scan({})
    await station.library.settled()
    const [a, copy] = [tracks().get('a.mp3'), tracks().get('copy.mp3')]
    expect(copy?.id).not.toBe(a?.id)
    const reports = await Promise.all(
      [a, copy].map((track) => station.library.operations.tracks.report({ id: track?.id ?? 0 })),
    )
    expect(reports[0]?.contentHash).toBe(reports[1]?.contentHash)
    expect(reports[0]?.analysedAt).toBe(reports[1]?.analysedAt)
  })

  it('reads a file anew when its content changes, and keeps what was set by hand', async () => {
    const path = await makeSound(join(station.music, 'a.mp3'), { tags: { title: 'One', artist: 'First' } })
    await importMusic()
    const id = tracks().get('a.mp3')?.id ?? 0
    await station.library.operations.tracks.update({ id, title: 'By hand', cues: { cueOutSeconds: 1.5 } })
    await makeSound(path, { seconds: 4, tags: { title: 'Two', artist: 'Second' } })
    await station.library.operations.scan({})
    await station.library.settled()
    const changed = tracks().get('a.mp3')
    expect(changed).toMatchObject({ id, title: 'By hand', artist: 'Second', state: 'playable' })
    expect(changed?.durationSeconds).toBeCloseTo(4, 1)
    expect(changed?.cuesByHand).toEqual([])
  })

  it('notices files that are added, changed and removed while it runs', async () => {
    await makeSound(join(station.music, 'a.mp3'))
    await importMusic()
    await makeSound(join(station.music, 'b.mp3'), { frequencyHz: 600 })
    await until(station.events, () => tracks().get('b.mp3')?.state === 'playable', 'the new file is playable')
    await makeSound(join(station.music, 'deep', 'er', 'c.mp3'), { frequencyHz: 700 })
    await until(
      station.events,
      () => tracks().get('c.mp3')?.state === 'playable',
      'the file in new folders is playable',
    )
    await makeSound(join(station.music, 'deep', 'er', 'd.mp3'), { frequencyHz: 710 })
    await until(station.events, () => tracks().get('d.mp3')?.state === 'playable', 'the second file there is playable')
    rmSync(join(station.music, 'a.mp3'))
    await until(station.events, () => tracks().get('a.mp3')?.state === 'missing', 'the removed file is missing')
    renameSync(join(station.music, 'b.mp3'), join(station.music, 'deep', 'e.mp3'))
    await until(station.events, () => tracks().get('e.mp3')?.state === 'playable', 'the moved file is there')
    rmSync(join(station.music, 'deep'), { recursive: true })
    await until(
      station.events,
      () => tracks().get('c.mp3')?.state === 'missing',
      'files of the removed folder are missing',
    )
    expect(tracks().has('b.mp3')).toBe(false)
  }, 60_000)

  it('marks the tracks of a folder that goes away, says so, and takes them up again when it is back', async () => {
    await makeSound(join(station.music, 'a.mp3'))
    await importMusic()
    const before = tracks().get('a.mp3')
    renameSync(station.music, `${station.music}-unplugged`)
    await until(station.events, () => tracks().get('a.mp3')?.state === 'missing', 'the track is missing')
    expect(folderStates).toEqual(['gone'])
    expect((await station.library.operations.folders.list({}))[0]?.state).toBe('gone')
    expect(station.library.counts()).toMatchObject({ tracks: 1, playable: 0, missing: 1 })
    renameSync(`${station.music}-unplugged`, station.music)
    await until(station.events, () => tracks().get('a.mp3')?.state === 'playable', 'the track is back')
    expect(folderStates).toEqual(['gone', 'present'])
    expect(tracks().get('a.mp3')).toEqual({ ...before, updatedAt: tracks().get('a.mp3')?.updatedAt })
  }, 60_000)

  it('starts with a folder that is gone, and finds it when it comes', async () => {
    await makeSound(join(station.music, 'a.mp3'))
    await importMusic()
    await station.library.close()
    renameSync(station.music, `${station.music}-unplugged`)
    await station.restart()
    await until(station.events, () => tracks().get('a.mp3')?.state === 'missing', 'the track is missing')
    renameSync(`${station.music}-unplugged`, station.music)
    await until(station.events, () => tracks().get('a.mp3')?.state === 'playable', 'the track is back')
  }, 60_000)

  it('refuses a folder twice, one inside another, one that is not there, and a file', async () => {
    mkdirSync(join(station.music, 'sub'))
    writeFileSync(join(station.music, 'file.txt'), '')
    await station.library.operations.folders.add({ path: station.music })
    const add = (path: string) => Promise.resolve(station.library.operations.folders.add({ path }))
    await expect(add(station.music)).rejects.toMatchObject({ code: 'conflict' })
    await expect(add(join(station.music, 'sub'))).rejects.toMatchObject({ code: 'conflict' })
    await expect(add(`${station.music}/none`)).rejects.toMatchObject({ code: 'not_found' })
    await expect(add('relative')).rejects.toMatchObject({ code: 'validation' })
    await expect(add(join(station.music, 'file.txt'))).rejects.toMatchObject({ code: 'validation' })
    await station.library.settled()
  })

  it('makes folders that lie in a new one part of it, with their tracks', async () => {
    await makeSound(join(station.music, 'sub', 'a.mp3'))
    await station.library.importFolder(join(station.music, 'sub'))
    await station.library.settled()
    const id = tracks().get('a.mp3')?.id
    await importMusic()
    expect(tracks().get('a.mp3')?.id).toBe(id)
    expect(await station.library.operations.folders.list({})).toMatchObject([{ path: station.music, trackCount: 1 }])
  })

  it('takes the tracks of a removed folder out, and leaves the files', async () => {
    const path = await makeSound(join(station.music, 'a.mp3'))
    await importMusic()
    const [folder] = await station.library.operations.folders.list({})
    await station.library.operations.folders.remove({ id: folder?.id ?? 0 })
    expect(tracks().size).toBe(0)
    expect(statSync(path).size).toBeGreaterThan(0)
  })

  it('does not bring back a track that was taken out, until its folder is imported again', async () => {
    const path = await makeSound(join(station.music, 'a.mp3'))
    await importMusic()
    await station.library.operations.tracks.remove({ id: tracks().get('a.mp3')?.id ?? 0, deleteFile: false })
    await station.library.operations.scan({})
    await station.library.settled()
    expect(tracks().size).toBe(0)
    await station.library.operations.scan({ path: station.music })
    await station.library.settled()
    expect(tracks().get('a.mp3')?.path).toBe(path)
  })

  it('stops an import when it is cancelled, and takes in the rest when it is asked again', async () => {
    const template = await makeSound(join(station.dataDir, 'x.wav'), { seconds: 0.2 })
    for (let number = 0; number < 600; number++) copyFileSync(template, join(station.music, `${number}.wav`))
    const { job } = await station.library.importFolder(station.music)
    const cancelled = await station.library.operations.jobs.cancel({ id: job.id })
    expect(cancelled).toMatchObject({ state: 'cancelled', endedAt: expect.any(Number) })
    await station.library.settled()
    expect(station.library.counts().tracks).toBeLessThan(600)
    await expect(async () => station.library.operations.jobs.cancel({ id: job.id })).rejects.toMatchObject({
      code: 'conflict',
    })
    await station.library.operations.scan({})
    await station.library.settled()
    expect(station.library.counts().tracks).toBe(600)
  }, 60_000)

  it('reads a file whose date changed, even if its size is the same', async () => {
    const path = await makeSound(join(station.music, 'a.wav'), { tags: { title: 'Aaaa' } })
    await importMusic()
    await ffmpeg(['-i', path, '-metadata', 'title=Bbbb', '-c', 'copy', join(station.dataDir, 'b.wav')])
    copyFileSync(join(station.dataDir, 'b.wav'), path)
    utimesSync(path, new Date(), new Date(Date.now() + 5000))
    await station.library.operations.scan({})
    await station.library.settled()
    expect(tracks().get('a.wav')?.title).toBe('Bbbb')
  })
})
