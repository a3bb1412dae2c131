// Finds an ffmpeg that can do all that the station needs. What was found out about a file is kept until the file changes,
// because asking costs as much as the rest of the start.
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { probeFfmpeg } from './probe-ffmpeg'

export interface FindFfmpegOptions {
  /** The setting `system.ffmpegPath`; empty when none is set. */
  settingsPath?: string
  environment?: NodeJS.ProcessEnv
  /** Folder of packaged resources; its `ffmpeg/` is looked into. */
  resourcesFolder?: string
  /** Data folder; what was found out is kept in its `ffmpeg.json`. */
  dataFolder?: string
  /** Where else to look; the usual folders of the system unless told. */
  usualFolders?: readonly string[]
  /** Whether the npm package ffmpeg-static is looked for; yes unless told. */
  lookForPackage?: boolean
}

export type FfmpegOrigin = 'settings' | 'WAVEDESK_FFMPEG' | 'packaged' | 'ffmpeg-static' | 'PATH' | 'usual folder'

export interface FfmpegRefused {
  path: string
  origin: FfmpegOrigin
  why: string
}

export type FfmpegFound =
  | { found: true; path: string; version: string; origin: FfmpegOrigin; refused: FfmpegRefused[] }
  /** `message` is a whole sentence that says what to do. */
  | { found: false; message: string; refused: FfmpegRefused[] }

interface Known {
  path: string
  modifiedMs: number
  sizeBytes: number
  version: string
}

const cacheName = 'ffmpeg.json'
const fileName = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg'

/** Looks in order: settings, WAVEDESK_FFMPEG, packaged, ffmpeg-static, PATH, usual folders; takes the first that will do. */
export async function findFfmpeg(options: FindFfmpegOptions = {}): Promise<FfmpegFound> {
  const known = readKnown(options.dataFolder)
  const refused: FfmpegRefused[] = []
  const tried = new Set<string>()
  for (const { path, origin, named } of candidates(options)) {
    const file = usableFile(path)
    if (!file) {
      if (named) refused.push({ path, origin, why: 'there is no program at this path' })
      continue
    }
    if (tried.has(file.path)) continue
    tried.add(file.path)
    const same = known.find(
      (one) => one.path === file.path && one.modifiedMs === file.modifiedMs && one.sizeBytes === file.sizeBytes,
    )
    if (same) return { found: true, path, version: same.version, origin, refused }
    const probe = await probeFfmpeg(path)
    if (probe.ok) {
      await keepKnown(options.dataFolder, [
        ...known.filter((one) => one.path !== file.path),
        { ...file, version: probe.version },
      ])
      return { found: true, path, version: probe.version, origin, refused }
    }
    refused.push({ path, origin, why: probe.why })
  }
  return { found: false, message: noneMessage(refused), refused }
}

interface Candidate {
  path: string
  origin: FfmpegOrigin
  /** Somebody named this very path, so they are told when it is not there. */
  named?: boolean
}

function* candidates(options: FindFfmpegOptions): Generator<Candidate> {
  const environment = options.environment ?? process.env
  if (options.settingsPath) yield { path: options.settingsPath, origin: 'settings', named: true }
  const fromEnvironment = environment['WAVEDESK_FFMPEG']
  if (fromEnvironment) yield { path: fromEnvironment, origin: 'WAVEDESK_FFMPEG', named: true }
  if (options.resourcesFolder) yield { path: join(options.resourcesFolder, 'ffmpeg', fileName), origin: 'packaged' }
  const packaged = options.lookForPackage === false ? null : ffmpegStaticPath()
  if (packaged) yield { path: packaged, origin: 'ffmpeg-static' }
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    if (folder) yield { path: join(folder, fileName), origin: 'PATH' }
  }
  for (const folder of options.usualFolders ?? usualFolders(environment)) {
    yield { path: join(folder, fileName), origin: 'usual folder' }
  }
}

function ffmpegStaticPath(): string | null {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('ffmpeg-static/package.json')), fileName)
  } catch {
    return null
  }
}

function usualFolders(environment: NodeJS.ProcessEnv): string[] {
  if (process.platform === 'win32') {
    const programs = environment['ProgramFiles'] ?? 'C:\\Program Files'
    const chocolatey = environment['ChocolateyInstall'] ?? 'C:\\ProgramData\\chocolatey'
    return [
      join(programs, 'ffmpeg', 'bin'),
      'C:\\ffmpeg\\bin',
      join(chocolatey, 'bin'),
      join(homedir(), 'scoop', 'shims'),
    ]
  }
  return [
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/opt/local/bin',
    '/snap/bin',
    join(homedir(), '.local/bin'),
  ]
}

function usableFile(path: string): Omit<Known, 'version'> | null {
  try {
    const real = realpathSync(path)
    const found = statSync(real)
    if (!found.isFile()) return null
    accessSync(real, constants.X_OK)
    return { path: real, modifiedMs: found.mtimeMs, sizeBytes: found.size }
  } catch {
    return null
  }
}

function readKnown(dataFolder: string | undefined): Known[] {
  if (dataFolder === undefined) return []
  try {
    const known: unknown = JSON.parse(readFileSync(join(dataFolder, cacheName), 'utf8'))
    return Array.isArray(known)
      ? known.filter((one) => typeof one?.path === 'string' && typeof one.version === 'string')
      : []
  } catch {
    return []
  }
}

async function keepKnown(dataFolder: string | undefined, known: Known[]): Promise<void> {
  if (dataFolder === undefined) return
  const path = join(dataFolder, cacheName)
  try {
    await mkdir(dataFolder, { recursive: true })
    await writeFile(`${path}.new`, JSON.stringify(known))
    await rename(`${path}.new`, path)
  } catch {
    // Nothing is lost but the next start's time.
  }
}

function noneMessage(refused: readonly FfmpegRefused[]): string {
  const install =
    process.platform === 'darwin'
      ? 'Install it with "brew install ffmpeg"'
      : process.platform === 'win32'
        ? 'Install it with "winget install Gyan.FFmpeg"'
        : 'Install it with "apt install ffmpeg" or the like'
  const found = refused.map((one) => `${one.path} (${one.origin}): ${one.why}`).join('; ')
  const start = found ? `No ffmpeg that will do was found — ${found}.` : 'ffmpeg was not found on this computer.'
  return `${start} ${install}, or set its path in Settings, System, or in WAVEDESK_FFMPEG.`
}
