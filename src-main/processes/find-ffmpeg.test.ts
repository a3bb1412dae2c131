import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFfmpeg } from './find-ffmpeg'
import { judge } from './probe-ffmpeg'

let folder: string
const nowhere = { environment: { PATH: '' }, usualFolders: [], lookForPackage: false }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wavedesk-ffmpeg-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A program that answers like ffmpeg and counts how often it is asked. */
function standIn(path: string, answer: { version?: string; lacks?: string } = {}): string {
  const names = ['rtmps', 'V. libx264', 'A. aac', 'A. libmp3lame', 'A. libopus', '.. ebur128', '.. loudnorm']
  const kept = names.filter((name) => !answer.lacks || !name.includes(answer.lacks))
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(
    path,
    `#!/bin/sh\necho asked >> ${join(folder, 'asked')}\necho "ffmpeg version ${answer.version ?? '7.1'} Copyright"\nprintf '%s\\n' ${kept.map((name) => `'${name}'`).join(' ')}\n`,
  )
  chmodSync(path, 0o755)
  return path
}

const timesAsked = (): number => readFileSync(join(folder, 'asked'), 'utf8').split('\n').length - 1

test('the ffmpeg of this machine is found and will do', async () => {
  const found = await findFfmpeg({ dataFolder: folder })
  expect(found).toMatchObject({ found: true, version: expect.stringMatching(/^n?\d/) })
})

test('the order is settings, WAVEDESK_FFMPEG, packaged, PATH, usual folders', async () => {
  const set = standIn(join(folder, 'set/ffmpeg'))
  const named = standIn(join(folder, 'named/ffmpeg'))
  standIn(join(folder, 'resources/ffmpeg/ffmpeg'))
  standIn(join(folder, 'bin/ffmpeg'))
  standIn(join(folder, 'usual/ffmpeg'))
  const environment = { PATH: `/nowhere:${join(folder, 'bin')}`, WAVEDESK_FFMPEG: named }
  const all = {
    settingsPath: set,
    environment,
    resourcesFolder: join(folder, 'resources'),
    usualFolders: [join(folder, 'usual')],
    lookForPackage: false,
  }
  const origins: string[] = []
  const steps = [
    all,
    { ...all, settingsPath: '' },
    { ...all, settingsPath: '', environment: { PATH: environment.PATH } },
    { ...all, settingsPath: '', environment: { PATH: environment.PATH }, resourcesFolder: undefined },
    { usualFolders: all.usualFolders, environment: {}, lookForPackage: false },
  ]
  for (const options of steps) {
    const found = await findFfmpeg(options)
    origins.push(found.found ? found.origin : found.message)
  }
  expect(origins).toEqual(['settings', 'WAVEDESK_FFMPEG', 'packaged', 'PATH', 'usual folder'])
})

test('one that will not do is passed over, with the reason', async () => {
  const set = standIn(join(folder, 'old/ffmpeg'), { version: '4.4.2-0ubuntu' })
  const named = standIn(join(folder, 'bare/ffmpeg'), { lacks: 'libx264' })
  standIn(join(folder, 'bin/ffmpeg'))
  const found = await findFfmpeg({
    ...nowhere,
    settingsPath: set,
    environment: { WAVEDESK_FFMPEG: named, PATH: join(folder, 'bin') },
  })
  expect(found).toMatchObject({ found: true, origin: 'PATH', version: '7.1' })
  expect(found.refused.map((one) => one.why)).toEqual([
    'its version is 4.4.2-0ubuntu, at least 5.0 is needed',
    'it lacks the encoder libx264',
  ])
})

test('when there is none, one sentence says what to do', async () => {
  expect(await findFfmpeg(nowhere)).toMatchObject({
    found: false,
    message: expect.stringMatching(/^ffmpeg was not found on this computer\. Install it .*set its path in Settings/),
  })
  const broken = join(folder, 'ffmpeg')
  writeFileSync(broken, 'not a program')
  chmodSync(broken, 0o755)
  const found = await findFfmpeg({
    ...nowhere,
    settingsPath: broken,
    environment: { WAVEDESK_FFMPEG: '/nowhere/ffmpeg' },
  })
  expect(found.found).toBe(false)
  expect(found.refused.map((one) => one.origin)).toEqual(['settings', 'WAVEDESK_FFMPEG'])
  expect(found.refused[1]?.why).toBe('there is no program at this path')
})

test('a file is asked once and again only when it has changed', async () => {
  const path = standIn(join(folder, 'ffmpeg'))
  const options = { ...nowhere, settingsPath: path, dataFolder: join(folder, 'data') }
  for (let count = 0; count < 3; count += 1)
    expect(await findFfmpeg(options)).toMatchObject({ found: true, version: '7.1' })
  expect(timesAsked()).toBe(4)
  utimesSync(path, 1, 1)
  await findFfmpeg(options)
  expect(timesAsked()).toBe(8)
  writeFileSync(join(folder, 'data/ffmpeg.json'), '{broken')
  expect(await findFfmpeg(options)).toMatchObject({ found: true })
  expect(timesAsked()).toBe(12)
})

test('builds without a version number are judged by their libavcodec', () => {
  const about = (codec: number) =>
    `ffmpeg version N-118000-gabcdef Copyright\nlibavcodec     ${codec}. 19.100 / ${codec}. 19.100`
  const tables = ['rtmps', ' V x libx264 \n A aac \n A libmp3lame\n A libopus', ' .. ebur128 \n .. loudnorm '] as const
  expect(judge(about(61), ...tables)).toMatchObject({ ok: false })
  const right = ['rtmps', ' V libx264 \n A aac \n A libmp3lame\n A libopus', ' .. ebur128 \n .. loudnorm '] as const
  expect(judge(about(61), ...right)).toMatchObject({ ok: true })
  expect(judge(about(58), ...right)).toMatchObject({ ok: false })
  expect(judge('hello', ...right)).toEqual({ ok: false, why: 'it is not ffmpeg' })
})
