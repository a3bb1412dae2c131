// What the installers contain: the package is made for Linux as for a release, with a stand-in for Electron's own files,
// and what is in it is run.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { extractAll, listPackage, statFile } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listen, meanVolume } from '../helpers/listener'
import { root, startStation, temporaryFolder, until } from '../helpers/station'
import { endOf } from './driver'

const folder = temporaryFolder('package')
const unpacked = join(folder, 'release/linux-unpacked')
const archive = join(unpacked, 'resources/app.asar')
let entries: string[]

/** Electron's files as far as electron-builder touches them; in the program are the switches that the fuses set. */
function makeElectron(at: string) {
  mkdirSync(join(at, 'resources'), { recursive: true })
  mkdirSync(join(at, 'locales'))
  const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
  const switches = '101001110'
  const wire = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, switches.length]), Buffer.from(switches)])
  writeFileSync(join(at, 'electron'), wire, { mode: 0o755 })
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak'])
    writeFileSync(join(at, name), '')
}

const bytesOf = (pattern: RegExp) =>
  entries
    .filter((entry) => pattern.test(entry))
    .map((entry) => statFile(archive, entry.slice(1)))
    .reduce((sum, entry) => sum + ('size' in entry ? Number(entry.size) : 0), 0)

beforeAll(async () => {
  const dist = join(folder, 'electron')
  makeElectron(dist)
  const { code, stderr } = await endOf(
    spawn(
      process.execPath,
      [
        join(root, 'node_modules/electron-builder/cli.js'),
        ...['--linux', 'dir', '--x64', '--publish', 'never'],
        `-c.electronDist=${dist}`,
        `-c.directories.output=${join(folder, 'release')}`,
      ],
      { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
    ),
  )
  expect(code, stderr).toBe(0)
  entries = listPackage(archive, { isPack: false }).map((entry) => entry.replaceAll('\\', '/'))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the archive has the application and nothing of how it was made', () => {
  for (const wanted of ['/out/main/index.js', '/out/preload/index.cjs', '/out/renderer/index.html', '/LICENSE'])
    expect(entries).toContain(wanted)
  const tops = new Set(entries.map((entry) => entry.split('/')[1]))
  expect([...tops].sort()).toEqual(['LICENSE', 'node_modules', 'out', 'package.json'])
  const packages = new Set(
    entries
      .map((entry) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(entry)?.[1])
      .filter((name) => name !== undefined),
  )
  for (const name of ['electron', 'vite', 'react', 'typescript', 'vitest', 'ffmpeg-static', 'playwright-core'])
    expect(packages.has(name), name).toBe(false)
  expect([...packages].filter((name) => /^node-(linux|darwin|win|bin)/.test(name))).toEqual([])
  expect(entries.filter((entry) => /\.(map|ts|tsx)$/.test(entry))).toEqual([])
})

test('of the fonts, those that the picture draws with, with their licences', () => {
  const fonts = entries.filter((entry) => /\.(ttf|otf)$/.test(entry))
  const source = readFileSync(join(root, 'src-main/outputs/pushes/cover-fonts.ts'), 'utf8')
  const used = [...source.matchAll(/package: '([^']+)',\s+file: '([^']+)'/g)].map(
    ([, name, file]) => `/node_modules/${name}/${file}`,
  )
  expect(used.length).toBeGreaterThanOrEqual(7)
  expect(fonts.sort()).toEqual(used.sort())
  const packages = new Set(fonts.map((font) => font.split('/').slice(0, 4).join('/')))
  for (const name of packages) expect(entries).toContain(`${name}/LICENSE`)
})

test('native modules lie beside the archive, scripts inside it', () => {
  const native = entries.filter((entry) => entry.endsWith('.node'))
  expect(native.length).toBeGreaterThan(0)
  for (const entry of native) expect(existsSync(`${archive}.unpacked${entry}`), entry).toBe(true)
  const beside = readdirSync(`${archive}.unpacked`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?js$/.test(entry.name))
    .map(({ parentPath }) => parentPath.slice(archive.length + '.unpacked'.length))
  expect(beside.filter((path) => path.startsWith('/out'))).toEqual([])
})

test('resources lie where the application looks for them', () => {
  const resources = join(unpacked, 'resources/resources')
  for (const name of ['fallback-loop.opus', 'default-cover.jpg', 'icons/tray-on-air.png', 'icons/tray-fault.png'])
    expect(existsSync(join(resources, name)), name).toBe(true)
  expect(readdirSync(join(resources, 'demo')).filter((name) => name.endsWith('.opus'))).toHaveLength(6)
})

test('the package stays small', () => {
  expect(bytesOf(/^\/out\//)).toBeLessThan(12_000_000)
  expect(bytesOf(/./)).toBeLessThan(90_000_000)
})

test('the fuses are set: no Node from outside, cookies encrypted, only an archive whose integrity holds', async () => {
  const fuses = await getCurrentFuseWire(join(unpacked, 'wavedesk'))
  const on = (option: FuseV1Options) => fuses[option] === FuseState.ENABLE
  expect({
    runAsNode: on(FuseV1Options.RunAsNode),
    nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
    inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
    fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
    integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    archiveOnly: on(FuseV1Options.OnlyLoadAppFromAsar),
  }).toEqual({
    runAsNode: false,
    nodeOptions: false,
    inspect: false,
    fileProtocol: false,
    cookieEncryption: true,
    integrity: true,
    archiveOnly: true,
  })
})

test('what is in the package runs by itself: every worker finds its packages, and the mount sounds', async () => {
  const extracted = join(folder, 'extracted')
  extractAll(archive, extracted)
  symlinkSync(join(unpacked, 'resources/resources'), join(extracted, 'resources'))
  const station = await startStation({ app: extracted, args: ['--demo', '--on-air'] })
  try {
    const { outputs } = await station.get('/api/outputs')
    const listener = await listen(outputs.find(({ id }: { id: string }) => id === 'mp3').url)
    await listener.more(48_000)
    listener.leave()
    expect(await meanVolume(listener.recording())).toBeGreaterThan(-40)
    await until(
      () => station.get('/api/tracks'),
      ({ total }) => total === 6,
      60,
    )
  } finally {
    await station.remove()
  }
  const { createCanvas } = createRequire(join(extracted, 'package.json'))('@napi-rs/canvas')
  expect(createCanvas(2, 2).toBuffer('image/png').length).toBeGreaterThan(60)
  expect(readFileSync(join(extracted, 'package.json'), 'utf8')).not.toContain('devDependencies')
}, 90_000)
