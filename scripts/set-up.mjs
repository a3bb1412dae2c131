// What every command needs before it can run: our own Node, the packages, and on Debian-like machines ffmpeg and Chromium.
// Runs on the system's Node (20 or later) with nothing installed, so it uses Node's own modules alone.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = join(root, 'node_modules', '.bin')
const windows = process.platform === 'win32'

const say = (text) => process.stderr.write(`${text}\n`)

/** Ends with one clear sentence. */
export function giveUp(sentence) {
  say(sentence)
  process.exit(2)
}

/** Runs a command with our packages first on the path. */
export function run(command, args, options = {}) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...options.env }
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows, ...options, env })
}

/** Whether node_modules holds what the lock file says; npm writes down there what it has installed. */
function isInstalled() {
  const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages
  try {
    const wanted = read('package-lock.json')
    const present = read('node_modules', '.package-lock.json')
    return Object.entries(wanted).every(
      ([path, { version, optional, peer }]) => path === '' || optional || peer || present[path]?.version === version,
    )
  } catch {
    return false
  }
}

function installPackages() {
  if (isInstalled()) return
  say('Installing what the project needs; this takes a minute the first time …')
  const done = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { stdio: ['ignore', 2, 2] })
  if (done.status !== 0) giveUp('The packages could not be installed: see the lines above, then run the command again.')
}

/** The project's own Node; where its platform has none, the one that runs this if it is new enough. */
export function ownNode() {
  const platform = `${windows ? 'win' : process.platform}-${process.arch}`
  const files = ['node', 'node-bin'].map((name) =>
    join(root, 'node_modules', `${name}-${platform}`, 'bin', windows ? 'node.exe' : 'node'),
  )
  const own = files.find((path) => existsSync(path))
  if (own) return own
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  giveUp('Wavedesk needs Node 24 or later on this platform: install it from nodejs.org and run the command again.')
}

const onPath = (name) => spawnSync(windows ? 'where' : 'which', [name], { stdio: 'ignore' }).status === 0

function mayInstallPackages() {
  return process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')
}

function installDebian(packages) {
  say(`Installing ${packages.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
  const install = () => apt(['install', '-y', '-q', '--no-install-recommends', ...packages])
  return install() || (apt(['update', '-q']) && install())
}

function hasFfmpeg() {
  return (
    Boolean(process.env.WAVEDESK_FFMPEG) ||
    existsSync(join(root, 'node_modules', 'ffmpeg-static', windows ? 'ffmpeg.exe' : 'ffmpeg')) ||
    onPath('ffmpeg')
  )
}

/** Sees to ffmpeg: the packaged one, the system's, or Debian's package where we may install it. */
export function ensureFfmpeg() {
  if (hasFfmpeg()) return
  if (mayInstallPackages() && installDebian(['ffmpeg']) && hasFfmpeg()) return
  say(
    'There is no ffmpeg yet: install it (Debian: apt-get install ffmpeg; macOS: brew install ffmpeg) or set WAVEDESK_FFMPEG to its path.',
  )
}

/** What the tests need beyond the packages. @param names program → Debian package */
export function ensurePrograms(names) {
  const missing = Object.entries(names).filter(([program]) => !onPath(program))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(([, name]) => name))]
  if (!mayInstallPackages() || !installDebian(packages)) {
    giveUp(
      `The tests need ${missing.map(([program]) => program).join(', ')}: install ${packages.join(', ')} and run the command again.`,
    )
  }
}

/** Everything a command needs; quick when all is there. */
export function setUp() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    giveUp('Wavedesk needs Node 20 or later to start: install it from nodejs.org.')
  installPackages()
  ensureFfmpeg()
}

/** Builds `out/` where a source is newer than the last build. */
export function build({ force = false } = {}) {
  const mark = join(root, 'out', '.built')
  const sources = [
    'src-contract',
    'src-main',
    'src-preload',
    'src-renderer',
    'electron.vite.config.ts',
    'package.json',
    'resources',
  ]
  if (!force && existsSync(mark)) {
    const newer = execFileSync(
      'find',
      [...sources.filter((path) => existsSync(join(root, path))), '-newer', mark, '-type', 'f', '-print', '-quit'],
      { cwd: root, encoding: 'utf8' },
    )
    if (newer === '') return
  }
  say('Building …')
  const done = run(
    ownNode(),
    [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn'],
    { stdio: ['ignore', 2, 2] },
  )
  if (done.status !== 0) giveUp('The build failed: see the lines above.')
  writeFileSync(mark, '')
}

/** Replaces this process's work by `node file …args` under our own Node, passing signals and the exit code on. */
export async function become(file, args, env = {}) {
  const { spawn } = await import('node:child_process')
  const child = spawn(ownNode(), [file, ...args], {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...env },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
