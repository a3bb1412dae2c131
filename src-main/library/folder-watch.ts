// Watches the music folders: changes inside them by the system's own notices, folders that go away or come back by looking.
import { type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import type { Log } from '../monitoring'
import { isWithin } from './folders'

export interface WatchedFolder {
  id: number
  path: string
}

export interface FolderWatchDeps {
  /** A folder inside changed: its own files, or all below it. */
  onChange(folder: WatchedFolder, root: string, deep: boolean): void
  onGone(folder: WatchedFolder): void
  /** It is there again, or another disk is mounted in its place. */
  onReturn(folder: WatchedFolder): void
  log: Log
  lookEveryMs?: number
  quietMs?: number
}

interface Watch {
  folder: WatchedFolder
  watcher: FSWatcher | null
  /** Device and number of the folder; null while it is gone. */
  identity: string | null
  looking: boolean
}

const lookEveryMs = 2000
/** A copy in progress makes notices all the time: wait until it is done. */
const quietMs = 1000
const longestWaitMs = 10_000

export class FolderWatch {
  private readonly watches = new Map<number, Watch>()
  private readonly pending = new Map<string, { deep: boolean; since: number; timer: NodeJS.Timeout }>()
  private readonly timer: NodeJS.Timeout
  private closed = false
  private watching = true

  constructor(private readonly deps: FolderWatchDeps) {
    this.timer = setInterval(() => void this.look(), deps.lookEveryMs ?? lookEveryMs)
    this.timer.unref()
  }

  /** Starts watching. Whether a folder is there is looked at in any case; changes inside only while `enable(true)`. */
  async add(folder: WatchedFolder): Promise<void> {
    const watch: Watch = { folder, watcher: null, identity: await identityOf(folder.path), looking: false }
    if (this.closed) return
    this.watches.set(folder.id, watch)
    if (watch.identity === null) this.deps.onGone(folder)
    else await this.open(watch)
  }

  ids(): number[] {
    return [...this.watches.keys()]
  }

  async remove(folderId: number): Promise<void> {
    const watch = this.watches.get(folderId)
    this.watches.delete(folderId)
    await watch?.watcher?.close()
  }

  async enable(watching: boolean): Promise<void> {
    if (this.watching === watching) return
    this.watching = watching
    for (const watch of this.watches.values()) {
      if (watching && watch.identity !== null) await this.open(watch)
      else await this.shut(watch)
    }
  }

  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.timer)
    for (const { timer } of this.pending.values()) clearTimeout(timer)
    this.pending.clear()
    await Promise.all([...this.watches.values()].map((watch) => this.shut(watch)))
  }

  private async shut(watch: Watch): Promise<void> {
    const { watcher } = watch
    watch.watcher = null
    await watcher?.close()
  }

  /** Only folders are watched: the system tells of a folder's files too, and a file less to watch is memory saved. */
  private async open(watch: Watch): Promise<void> {
    await this.shut(watch)
    if (!this.watching || this.closed) return
    const { folder } = watch
    const isDotted = (path: string) => path !== folder.path && /[\\/]\.[^\\/]*$/.test(path)
    const watcher = watchFolders(folder.path, isDotted)
    watch.watcher = watcher
    watcher.on('raw', (_event, name, details) => {
      const watched = (details as { watchedPath?: string } | null)?.watchedPath ?? folder.path
      // The notice of a folder inside names that folder; the notice of the folder itself names its entry.
      const inner = typeof name === 'string' && name !== '' ? join(watched, name) : watched
      if (isDotted(inner)) return
      this.note(watch, isWithin(watched, folder.path) ? watched : dirname(inner), false)
    })
    watcher.on('addDir', (path) => this.note(watch, path, true))
    watcher.on('unlinkDir', (path) => this.note(watch, path, true))
    watcher.on('error', (error) => {
      this.deps.log.warn('Watching a music folder does not work; it is looked through now and then instead.', {
        folder: folder.path,
        why: error instanceof Error ? error.message : String(error),
      })
    })
    await new Promise<void>((resolve) => {
      watcher.once('ready', () => resolve())
      watcher.once('error', () => resolve())
    })
  }

  private note(watch: Watch, root: string, deep: boolean): void {
    if (this.closed || this.watches.get(watch.folder.id) !== watch) return
    const key = `${watch.folder.id}:${root}`
    const before = this.pending.get(key)
    if (before) clearTimeout(before.timer)
    const since = before?.since ?? Date.now()
    const quiet = this.deps.quietMs ?? quietMs
    const wait = Math.min(quiet, Math.max(0, since + longestWaitMs - Date.now()))
    const entry = {
      deep: deep || (before?.deep ?? false),
      since,
      timer: setTimeout(() => this.fire(watch, key, root), wait),
    }
    entry.timer.unref()
    this.pending.set(key, entry)
  }

  private fire(watch: Watch, key: string, root: string): void {
    const deep = this.pending.get(key)?.deep ?? false
    this.pending.delete(key)
    if (watch.identity === null || !this.watches.has(watch.folder.id)) return
    this.deps.onChange(watch.folder, root, deep)
  }

  private async look(): Promise<void> {
    await Promise.all([...this.watches.values()].map((watch) => this.lookAt(watch)))
  }

  private async lookAt(watch: Watch): Promise<void> {
    if (watch.looking) return // A network drive that hangs answers late; one question at a time.
    watch.looking = true
    const identity = await identityOf(watch.folder.path)
    watch.looking = false
    const before = watch.identity
    if (this.closed || !this.watches.has(watch.folder.id) || identity === before) return
    watch.identity = identity
    if (identity === null) {
      await this.shut(watch)
      this.deps.onGone(watch.folder)
      return
    }
    await this.open(watch)
    if (!this.closed) this.deps.onReturn(watch.folder)
  }
}

function watchFolders(path: string, isDotted: (path: string) => boolean): FSWatcher {
  // Links may lead in circles; two of them multiply, and a walk that follows each at every turn never ends.
  const firstPaths = new Map<string, string>()
  const isElsewhere = (entry: string, stats: Stats): boolean => {
    const key = keyOf(stats) as string
    const first = firstPaths.get(key)
    if (first === entry) return false
    // A folder that was renamed is where it is now.
    const isThere = first !== undefined && keyOf(statSync(first, { throwIfNoEntry: false })) === key
    if (!isThere) firstPaths.set(key, entry)
    return isThere
  }
  return watch(path, {
    ignored: (entry, stats) =>
      isDotted(entry) || (stats !== undefined && (!stats.isDirectory() || isElsewhere(entry, stats))),
    ignoreInitial: true,
    ignorePermissionErrors: true,
    persistent: true,
  })
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const found = await stat(path)
    return found.isDirectory() ? keyOf(found) : null
  } catch {
    return null
  }
}

const keyOf = (stats: Stats | undefined): string | null => (stats ? `${stats.dev}:${stats.ino}` : null)
