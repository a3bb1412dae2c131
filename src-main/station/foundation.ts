// What every room stands on: data folder, settings, log, database, secrets, backups, monitoring, ffmpeg.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { EventBus } from '@contract/events'
import {
  createLog,
  createMonitoring,
  type Log,
  type LogService,
  type Monitoring,
  surviveUnexpectedErrors,
} from '../monitoring'
import { type FfmpegFound, findFfmpeg, keepPidsIn, sweepPidFolder } from '../processes'
import {
  type Backups,
  createBackups,
  createDiskWatch,
  createSecrets,
  createSettings,
  type DataFolder,
  keepReserve,
  openDatabase,
  openDataFolder,
  openKeyFileCipher,
  openSettingsFile,
  restoreBackup,
  type SecretCipher,
  type Secrets,
  type Settings,
  type SettingsStore,
  setBrokenSettingsAside,
} from '../storage'
import type { Closers } from './closers'
import { createEventBus } from './event-bus'
import type { LaunchOptions } from './launch-options'

export interface Foundation {
  folder: DataFolder
  settings: Settings
  logs: LogService
  log: Log
  db: DatabaseSync
  secrets: Secrets
  backups: Backups
  monitoring: Monitoring
  events: EventBus
  ffmpeg: FfmpegFound
  version: string
}

export interface FoundationOptions {
  launch: LaunchOptions
  appDir: string
  resourcesDir: string
  /** The desktop's; a file in the data folder unless told. */
  settingsStore?: SettingsStore
  /** The desktop's; a key file in the data folder unless told. */
  secretCipher?: SecretCipher | null
  environment: NodeJS.ProcessEnv
}

const readVersion = (appDir: string) =>
  (JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8')) as { version: string }).version

function openSettings(options: FoundationOptions) {
  const { launch, settingsStore, environment } = options
  const aside = setBrokenSettingsAside(launch.dataDir)
  const settings = createSettings({
    store: settingsStore ?? openSettingsFile(launch.dataDir),
    flags: launch.flags,
    environment,
    // There is no log yet when settings are opened; the last net writes it down.
    onListenerError: (error) =>
      queueMicrotask(() => {
        throw error
      }),
  })
  return { settings, aside }
}

function tellSettingsProblems(
  { incidents }: Monitoring,
  settings: Settings,
  aside: ReturnType<typeof setBrokenSettingsAside>,
) {
  const effect = 'The station runs with the default values instead.'
  const recovery = { kind: 'operator' as const, action: 'Open settings' }
  if (aside) {
    const cause = `settings.json could not be read (${aside.why}). It is kept as ${aside.keptAs}.`
    incidents.raise({ area: 'storage', code: 'brokenSettings', severity: 'notice', cause, effect, recovery })
  }
  for (const { key, message } of settings.problems) {
    incidents.raise({
      area: 'storage',
      code: 'settingOutOfRange',
      subject: key,
      severity: 'notice',
      cause: message,
      effect,
      recovery,
    })
  }
}

function watchDisk(folder: string, { incidents }: Monitoring) {
  return createDiskWatch({
    folder,
    onLow: (space) => {
      if (!space) {
        incidents.resolve('storage', 'diskLow')
        incidents.resolve('storage', 'diskFull')
        return
      }
      incidents.raise({
        area: 'storage',
        code: 'diskLow',
        severity: 'degraded',
        cause: `The disk of the data folder has ${Math.round(space.freeBytes / 1024 / 1024)} MB left.`,
        effect: 'The program goes on; uploads, recordings and backups may fail.',
        recovery: { kind: 'operator', action: 'Free some space' },
      })
    },
  })
}

/** Somebody named an ffmpeg that will not do: another was taken, and that must not go unsaid. */
function tellRefusedFfmpeg(ffmpeg: Extract<FfmpegFound, { found: true }>, incidents: Monitoring['incidents']) {
  const named = ffmpeg.refused.find(({ origin }) => origin === 'settings' || origin === 'WAVEDESK_FFMPEG')
  if (!named) return incidents.resolve('system', 'ffmpegRefused')
  incidents.raise({
    area: 'system',
    code: 'ffmpegRefused',
    severity: 'notice',
    cause: `The ffmpeg at ${named.path} cannot be used: ${named.why}.`,
    effect: `${ffmpeg.path} is used instead.`,
    recovery: { kind: 'operator', action: 'Open settings' },
  })
}

async function lookForFfmpeg(
  options: FoundationOptions,
  settings: Settings,
  { incidents, system }: Monitoring,
): Promise<FfmpegFound> {
  const ffmpeg = await findFfmpeg({
    settingsPath: settings.get('system.ffmpegPath'),
    environment: options.environment,
    resourcesFolder: options.resourcesDir,
    dataFolder: options.launch.dataDir,
  })
  if (ffmpeg.found) {
    system.note({ ffmpeg: { path: ffmpeg.path, version: ffmpeg.version, message: null } })
    incidents.resolve('system', 'noFfmpeg')
    tellRefusedFfmpeg(ffmpeg, incidents)
    return ffmpeg
  }
  system.note({ ffmpeg: { path: null, version: null, message: ffmpeg.message } })
  incidents.raise({
    area: 'system',
    code: 'noFfmpeg',
    severity: 'fatal',
    cause: ffmpeg.message,
    effect: 'Nothing can be played or sent until there is an ffmpeg.',
    recovery: { kind: 'operator', action: 'Open settings' },
  })
  return ffmpeg
}

/** What is called today, or a month, in searches and rules is so where the station is, wherever its computer stands. */
function liveInItsZone(settings: Settings): void {
  const live = () => {
    process.env['TZ'] = settings.get('station.timezone')
  }
  live()
  settings.onChange(['station.timezone'], live)
}

/** @param closers gets what must be closed, in the order of opening */
export async function layFoundation(options: FoundationOptions, closers: Closers): Promise<Foundation> {
  const { launch, environment } = options
  const { settings, aside } = openSettings(options)
  liveInItsZone(settings)
  const folder = openDataFolder(launch.dataDir, settings.get('system.logDir'))
  closers.add('data folder', () => folder.close())
  keepPidsIn(folder.run)
  const swept = await sweepPidFolder(folder.run)
  const logs = await createLog({
    folder: folder.logs,
    level: settings.get('system.logLevel'),
    ...(environment['WAVEDESK_LOG_ECHO'] === '1' ? { echo: process.stderr } : {}),
  })
  closers.add('log', () => logs.close())
  const { log } = logs
  settings.onChange(['system.logLevel'], () => logs.setLevel(settings.get('system.logLevel')))
  if (swept.length > 0) log.warn('Processes of a station that was killed were ended.', { processes: swept })
  if (launch.restore !== null) {
    const keptAs = restoreBackup(launch.restore, folder.database)
    log.warn('The station starts from a backup copy.', { copy: launch.restore, before: keptAs })
  }
  const db = openDatabase(folder.database)
  closers.add('database', () => db.close())
  const reserve = keepReserve({
    db,
    databasePath: folder.database,
    onDone: (why) => why !== null && log.warn('No room could be set aside for the database.', { why }),
  })
  closers.add('reserve', () => reserve.close())
  const events = createEventBus(log.child('events'))
  const backups = createBackups({
    databasePath: folder.database,
    folder: folder.backups,
    keep: () => settings.get('system.backupKeep'),
    timezone: () => settings.get('station.timezone'),
    onNightly: (trouble) => {
      if (trouble === null) return monitoring.incidents.resolve('storage', 'backup')
      const effect = 'The program is not affected, but last night has no copy.'
      monitoring.incidents.raise({
        area: 'storage',
        code: 'backup',
        severity: 'degraded',
        cause: trouble,
        effect,
        recovery: { kind: 'operator', action: 'Make a copy now' },
      })
    },
  })
  closers.add('backups', () => backups.close())
  const version = readVersion(options.appDir)
  const monitoring = createMonitoring({
    db,
    events,
    logs,
    version,
    dataDir: folder.path,
    databasePath: folder.database,
    backups,
  })
  closers.add('monitoring', () => monitoring.close())
  closers.add('last net', surviveUnexpectedErrors({ log: log.child('station'), incidents: monitoring.incidents }))
  tellSettingsProblems(monitoring, settings, aside)
  const disk = watchDisk(folder.path, monitoring)
  closers.add('disk watch', () => disk.close())
  const secrets = createSecrets(db, options.secretCipher ?? openKeyFileCipher(folder.path))
  const ffmpeg = await lookForFfmpeg(options, settings, monitoring)
  return { folder, settings, logs, log, db, secrets, backups, monitoring, events, ffmpeg, version }
}
