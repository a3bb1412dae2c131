// The folder that holds everything of one station. Opened first, closed last; two stations never share one.
import { accessSync, constants, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'

export interface DataFolder {
  readonly path: string
  readonly database: string
  readonly media: string
  readonly artwork: string
  readonly recordings: string
  readonly logs: string
  readonly backups: string
  /** May be deleted at any time. */
  readonly hls: string
  /** Notes of running processes. */
  readonly run: string
  /** Gives the folder free. */
  close(): void
}

/**
 * Makes what is missing and locks the folder. The lock is the system's own and goes with the process, kill -9 included.
 * @param logs another place for the logs
 * @throws StationError `conflict` when another station has it, `unavailable` when it cannot be used
 */
export function openDataFolder(path: string, logs = ''): DataFolder {
  const root = resolve(path)
  const within = (name: string) => join(root, name)
  const folder = {
    path: root,
    database: within('wavedesk.db'),
    media: within('media'),
    artwork: within('artwork'),
    recordings: within('recordings'),
    logs: logs === '' ? within('logs') : resolve(logs),
    backups: within('backups'),
    hls: within('hls'),
    run: within('run'),
  }
  const { media, artwork, recordings, backups, hls, run } = folder
  for (const one of [root, media, artwork, recordings, folder.logs, backups, hls, run]) makeUsable(one)
  const lock = lockFolder(root, run)
  return { ...folder, close: lock }
}

function makeUsable(path: string): void {
  try {
    makeFolder(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'EACCES' || code === 'EPERM'
        ? 'this user may not write there'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'a file is in the way'
          : code === 'ENOSPC'
            ? 'the disk is full'
            : message
    throw new StationError('unavailable', `The folder ${path} cannot be used: ${why}.`, { path }, { cause: error })
  }
}

/** One level after the other: below /proc, where nothing can be made, Node's own recursion never ends. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  mkdirSync(path, { mode: 0o750 })
}

// An open transaction of SQLite is a lock that every system gives free when the process ends, however it ends.
function lockFolder(root: string, run: string): () => void {
  const notePath = join(run, 'station.json')
  let lock: DatabaseSync
  try {
    lock = new DatabaseSync(join(run, 'station.lock'), { timeout: 0 })
  } catch (error) {
    throw new StationError('unavailable', `The folder ${root} cannot be locked: ${(error as Error).message}.`, {
      path: root,
    })
  }
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new StationError(
      'conflict',
      `Another station${holder(notePath)} already uses the folder ${root}. Stop it, or choose another data folder.`,
      { path: root },
      { cause: error },
    )
  }
  writeFileSync(notePath, JSON.stringify({ pid: process.pid }))
  return () => {
    rmSync(notePath, { force: true })
    lock.close()
  }
}

function holder(notePath: string): string {
  try {
    return ` (process ${Number(JSON.parse(readFileSync(notePath, 'utf8')).pid)})`
  } catch {
    return ''
  }
}
