import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DataFolder, openDataFolder } from './data-folder'
import { createDiskWatch, type DiskSpace } from './disk-watch'

let folder: string
const open: DataFolder[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-folder-'))
})

afterEach(() => {
  for (const one of open.splice(0)) one.close()
  rmSync(folder, { recursive: true, force: true })
})

function opened(path = folder, logs?: string): DataFolder {
  const one = openDataFolder(path, logs)
  open.push(one)
  return one
}

test('everything that is missing is made, the logs elsewhere when asked', () => {
  const one = opened(join(folder, 'new/station'), join(folder, 'other-logs'))
  for (const path of [one.media, one.artwork, one.recordings, one.backups, one.hls, one.logs])
    expect(existsSync(path)).toBe(true)
  expect(one.logs).toBe(join(folder, 'other-logs'))
  expect(one.database).toBe(join(folder, 'new/station/wavedesk.db'))
})

test('a second station is refused with the process that has the folder, and may come once it is free', () => {
  const first = opened()
  expect(() => openDataFolder(folder)).toThrow(
    expect.objectContaining({
      code: 'conflict',
      message: expect.stringContaining(`Another station (process ${process.pid})`),
    }),
  )
  open.pop()
  first.close()
  opened()
})

test('the lock goes with a station that was killed', async () => {
  opened().close()
  open.pop()
  const script = `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(process.argv[1]); db.exec('BEGIN EXCLUSIVE'); console.log('locked'); setInterval(() => {}, 1000)`
  const other: ChildProcess = spawn(process.execPath, ['-e', script, join(folder, 'run/station.lock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => other.stdout?.once('data', resolve))
  expect(() => openDataFolder(folder)).toThrow(expect.objectContaining({ code: 'conflict' }))
  other.kill('SIGKILL')
  await new Promise((resolve) => other.once('exit', resolve))
  opened()
})

test('a folder that cannot be used is said in one sentence', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => openDataFolder(join(folder, 'file'))).toThrow(
    expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('a file is in the way') }),
  )
  expect(() => openDataFolder(join(folder, 'file/below'))).toThrow(expect.objectContaining({ code: 'unavailable' }))
})

test.runIf(existsSync('/proc/self'))('a folder where nothing can be made is refused at once', () => {
  expect(() => openDataFolder('/proc/station/of/mine')).toThrow(expect.objectContaining({ code: 'unavailable' }))
})

test.skipIf(process.getuid?.() === 0)('a folder without permission is said in one sentence', () => {
  chmodSync(folder, 0o500)
  expect(() => openDataFolder(join(folder, 'station'))).toThrow(
    expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('may not write there') }),
  )
})

test('a disk that runs low is told once, again when half of the rest is gone, and when it has room again', async () => {
  const told: (DiskSpace | null)[] = []
  let freeBytes = 1000
  const watch = createDiskWatch({
    folder,
    lowBytes: 500,
    onLow: (space) => told.push(space),
    read: async () => ({ freeBytes, totalBytes: 2000 }),
  })
  for (const next of [600, 499, 300, 200, 0, 0, 520, 549, 551, 700]) {
    freeBytes = next
    await watch.look()
    await watch.look()
  }
  expect(told.map((space) => space?.freeBytes)).toEqual([499, 200, 0, undefined])
  await watch.close()
})

test('the real disk is read', async () => {
  const watch = createDiskWatch({ folder, onLow: () => {} })
  expect((await watch.look())?.totalBytes).toBeGreaterThan(1e6)
  await watch.close()
})
