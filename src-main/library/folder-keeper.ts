// Keeps the library in step with the music folders: adding, removing, scanning, watching, and folders that come and go.

import { basename, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { setImmediate as turn } from 'node:timers/promises'
import { StationError } from '@contract/errors'
import type { Job, MusicFolder } from '@contract/library'
import type { SettingsReader } from '@contract/settings'
import type { Log } from '../monitoring'
import { inTransaction } from '../storage'
import type { Analyser } from './analysis/analyser'
import type { Announcer } from './announcer'
import type { TrackStore } from './catalogue/track-store'
import { FolderWatch } from './folder-watch'
import { checkedFolder, type FolderRow, type FolderStore } from './folders'
import type { Scanner, ScanTarget } from './import/scanner'
import type { Jobs, RunningJob } from './jobs'

export interface FolderKeeperDeps {
  db: DatabaseSync
  settings: SettingsReader
  folders: FolderStore
  tracks: TrackStore
  scanner: Scanner
  analyser: Analyser
  jobs: Jobs
  announcer: Announcer
  log: Log
  onFolder?(folder: { id: number; path: string; state: 'present' | 'gone' }): void
}

/** Network drives and systems out of watches give no notice of changes. */
const lookThroughEveryMs = 15 * 60_000
const pageRows = 500
/** With their words and edits, a few milliseconds. */
const removedAtOnce = 20
const startAfterMs = 3000

export class FolderKeeper {
  private readonly watch: FolderWatch
  private readonly scans = new Set<Promise<unknown>>()
  private readonly offSettings: () => void
  private readonly timer: NodeJS.Timeout
  private startTimer: NodeJS.Timeout | null = null
  private fromBefore: FolderRow[] = []
  private closed = false

  constructor(private readonly deps: FolderKeeperDeps) {
    const { log, settings } = deps
    this.watch = new FolderWatch({
      log,
      onChange: (folder, root, deep) => void this.scanChange(folder.id, root, deep),
      onGone: (folder) => this.gone(folder.id),
      onReturn: (folder) => this.returned(folder.id),
    })
    this.offSettings = settings.onChange(['library.watch'], () => {
      void this.watch.enable(settings.get('library.watch'))
    })
    this.timer = setInterval(() => {
      if (settings.get('library.watch') && this.scans.size === 0) this.scanAll()
    }, lookThroughEveryMs)
    this.timer.unref()
  }

  /** Looks through every folder some seconds later, as things may have changed while the station was off: going on air comes first. */
  start(): void {
    void this.watch.enable(this.deps.settings.get('library.watch'))
    this.fromBefore = this.deps.folders.all()
    this.startTimer = setTimeout(() => this.begin(), startAfterMs)
  }

  private begin(): void {
    if (this.closed || !this.startTimer) return
    clearTimeout(this.startTimer)
    this.startTimer = null
    const folders = this.fromBefore.filter(({ id }) => this.deps.folders.byId(id) !== null)
    for (const folder of folders) void this.watch.add(folder)
    if (folders.length > 0) this.scanAll(folders)
    else this.deps.analyser.wake()
  }

  /** Resolves when nothing is looked through; brings the first look forward. */
  async settled(): Promise<void> {
    this.begin()
    while (this.scans.size > 0) await Promise.all(this.scans)
  }

  async add(path: string): Promise<{ folder: MusicFolder; job: Job }> {
    const { folders, jobs } = this.deps
    const absolute = await checkedFolder(path)
    const folder = inTransaction(this.deps.db, () => folders.add(absolute))
    await this.watchOnly(folder)
    const job = jobs.create('scan', absolute)
    this.run(job, [{ folderId: folder.id, root: absolute, deep: true, explicit: true }])
    return { folder: folders.shown(folder.id), job: job.snapshot(false) }
  }

  /** Watches a new folder, and no longer those that became part of it. */
  private async watchOnly(folder: FolderRow): Promise<void> {
    const known = new Set(this.deps.folders.all().map(({ id }) => id))
    for (const id of this.watch.ids()) if (!known.has(id)) await this.watch.remove(id)
    await this.watch.add(folder)
  }

  /** Takes a folder and its tracks out of the library. @throws StationError `not_found` */
  async remove(id: number): Promise<void> {
    const { db, folders, tracks, announcer } = this.deps
    if (!folders.byId(id)) throw new StationError('not_found', 'There is no such music folder.')
    await this.watch.remove(id)
    const next = () => tracks.idsInFolder(id, 0, removedAtOnce)
    for (let ids = next(); ids.length > 0; ids = next()) {
      inTransaction(db, () => {
        for (const trackId of ids) tracks.remove(trackId)
      })
      for (const trackId of ids) announcer.note(trackId)
      await turn()
    }
    folders.remove(id)
    announcer.flush()
  }

  /** Looks through all folders, or one; a folder that is not in the library is added. */
  async scan(path?: string): Promise<Job> {
    const { folders, jobs } = this.deps
    if (path === undefined) return this.scanAll()
    const absolute = resolve(path)
    const holding = path === absolute || path.startsWith(absolute) ? folders.holding(absolute) : null
    if (!holding) return (await this.add(path)).job
    const root = await checkedFolder(path)
    const job = jobs.create('scan', root)
    this.run(job, [{ folderId: holding.id, root, deep: true, explicit: true }])
    return job.snapshot(false)
  }

  async close(): Promise<void> {
    this.closed = true
    clearInterval(this.timer)
    if (this.startTimer) clearTimeout(this.startTimer)
    this.offSettings()
    await this.watch.close()
  }

  /** Waits until what runs of it has seen that its job is cancelled. */
  async stopped(): Promise<void> {
    await Promise.allSettled(this.scans)
  }

  private scanAll(all = this.deps.folders.all()): Job {
    const { jobs } = this.deps
    const job = jobs.create('scan', all.length === 1 ? (all[0] as FolderRow).path : 'All music folders')
    this.run(
      job,
      all.map(({ id, path }) => ({ folderId: id, root: path, deep: true })),
    )
    return job.snapshot(false)
  }

  private scanChange(folderId: number, root: string, deep: boolean): void {
    const folder = this.deps.folders.byId(folderId)
    if (!folder || this.closed) return
    this.run(this.deps.jobs.create('scan', basename(root)), [{ folderId, root, deep }])
  }

  private run(job: RunningJob, targets: ScanTarget[]): void {
    const work: Promise<void> = this.scanTargets(job, targets)
      .catch((error: Error) => {
        if (this.closed) return
        this.deps.log.error('Looking through a music folder failed.', { why: error.message })
        job.end('failed')
      })
      .finally(() => {
        this.scans.delete(work)
        if (!this.closed) this.deps.analyser.wake()
      })
    this.scans.add(work)
  }

  private async scanTargets(job: RunningJob, targets: ScanTarget[]): Promise<void> {
    const { folders, scanner, announcer } = this.deps
    let failed = false
    for (const target of targets) {
      if (!folders.byId(target.folderId)) continue
      const isThere = await scanner.scan(job, target)
      if (this.closed) return
      const folder = folders.byId(target.folderId)
      if (!folder || job.cancelled.signal.aborted) continue
      if (target.root === folder.path) {
        if (isThere) {
          folders.noteScan(folder.id)
          this.isBack(folder)
        } else {
          this.gone(folder.id)
          job.fail(folder.path, 'The folder is not there, or cannot be read.')
          failed = targets.length === 1
        }
      }
    }
    announcer.flush()
    job.end(failed ? 'failed' : 'done')
  }

  private gone(folderId: number): void {
    const { folders, log, onFolder } = this.deps
    const folder = folders.byId(folderId)
    if (!folder || this.closed) return
    void this.markMissing(folderId)
    if (folder.state === 'gone') return
    folders.setState(folderId, 'gone')
    log.warn('A music folder is gone; its tracks are left out until it is back.', { folder: folder.path })
    onFolder?.({ id: folderId, path: folder.path, state: 'gone' })
  }

  /** Page by page: a large folder must not hold up the main thread. */
  private async markMissing(folderId: number): Promise<void> {
    const { db, folders, tracks, announcer } = this.deps
    let afterId = 0
    for (;;) {
      const page = tracks.presentInFolder(folderId, afterId, pageRows)
      inTransaction(db, () => {
        for (const { id } of page) tracks.setMissing(id, true)
      })
      for (const { id } of page) announcer.note(id)
      afterId = page.at(-1)?.id ?? 0
      if (page.length < pageRows) break
      await turn()
      if (this.closed || folders.byId(folderId)?.state !== 'gone') return
    }
    announcer.flush()
  }

  private isBack({ id, path, state }: FolderRow): void {
    if (state === 'present') return
    this.deps.folders.setState(id, 'present')
    this.deps.log.info('A music folder is back.', { folder: path })
    this.deps.onFolder?.({ id, path, state: 'present' })
  }

  private returned(folderId: number): void {
    const { folders, jobs } = this.deps
    const folder = folders.byId(folderId)
    if (!folder || this.closed) return
    this.isBack(folder)
    this.run(jobs.create('scan', folder.path), [{ folderId, root: folder.path, deep: true }])
  }
}
