// Backup copies of the database: every night, on demand, verified before they count, the oldest removed.
import { mkdirSync } from 'node:fs'
import { readdir, stat, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StationError } from '@contract/errors'
import { Cron } from 'croner'
import type { BackupAnswer, BackupOrder } from './backup.worker'
import workerPath from './backup.worker?modulePath'

export interface BackupFile {
  fileName: string
  /** Milliseconds since epoch. */
  at: number
  sizeBytes: number
}

export interface BackupsOptions {
  databasePath: string
  folder: string
  /** How many copies are kept. */
  keep: () => number
  /** The zone in which the night is told; read again for each night. */
  timezone: () => string
  /** Told how each nightly copy went: null for well, or a whole sentence. */
  onNightly?: (trouble: string | null) => void
  now?: () => number
}

export interface Backups {
  /**
   * Makes a copy while the station runs on. Calls at the same time share one copy.
   * @throws StationError `unavailable` with the reason; a copy that failed leaves nothing behind
   */
  backupNow(): Promise<BackupFile>
  /** @returns newest first, copies kept before an update included */
  list(): Promise<BackupFile[]>
  close(): Promise<void>
}

const nightly = '30 3 * * *'
const namePattern = /^wavedesk-(before-update-v\d+-)?(\d{8})-(\d{9})\.db$/
const keptBeforeUpdates = 3
const dayMs = 24 * 3_600_000

export function createBackups(options: BackupsOptions): Backups {
  return new BackupService(options)
}

class BackupService implements Backups {
  private running: Promise<BackupFile> | null = null
  private worker: Worker | null = null
  private job: Cron | null = null
  private closed = false
  private readonly settled: NodeJS.Timeout

  constructor(private readonly options: BackupsOptions) {
    mkdirSync(options.folder, { recursive: true })
    // Never in the way of the start. A station that was off at night gets its copy then.
    this.settled = setTimeout(() => {
      this.schedule()
      void this.makeUpForMissedNight()
    }, 60_000).unref()
  }

  backupNow(): Promise<BackupFile> {
    this.running ??= this.make().finally(() => {
      this.running = null
    })
    return this.running
  }

  async list(): Promise<BackupFile[]> {
    const files: BackupFile[] = []
    for (const fileName of await readdir(this.options.folder).catch(() => [])) {
      const at = timeOf(fileName)
      const found = at === null ? null : await stat(join(this.options.folder, fileName)).catch(() => null)
      if (at !== null && found) files.push({ fileName, at, sizeBytes: found.size })
    }
    return files.sort((a, b) => b.at - a.at)
  }

  async close(): Promise<void> {
    this.closed = true
    clearTimeout(this.settled)
    this.job?.stop()
    await this.worker?.terminate()
    await this.running?.catch(() => {})
  }

  private schedule(): void {
    if (this.closed) return
    this.job = new Cron(nightly, { timezone: this.options.timezone(), maxRuns: 1, unref: true }, async () => {
      await this.runNightly()
      this.schedule()
    })
  }

  private async makeUpForMissedNight(): Promise<void> {
    const [newest] = await this.list()
    if (!newest || (this.options.now ?? Date.now)() - newest.at > dayMs) await this.runNightly()
  }

  private async runNightly(): Promise<void> {
    if (this.closed) return
    try {
      await this.backupNow()
      this.options.onNightly?.(null)
    } catch (error) {
      if (!this.closed) this.options.onNightly?.((error as Error).message)
    }
  }

  private async make(): Promise<BackupFile> {
    const at = (this.options.now ?? Date.now)()
    const fileName = nameAt(at)
    const answer = await this.order({ from: this.options.databasePath, to: join(this.options.folder, fileName) })
    if ('why' in answer) {
      const why = answer.why.includes('full') || answer.code === 'ENOSPC' ? 'the disk is full' : answer.why
      throw new StationError('unavailable', `The backup copy of the database could not be made: ${why}.`)
    }
    await this.removeOld()
    return { fileName, at, sizeBytes: answer.sizeBytes }
  }

  private order(workerData: BackupOrder): Promise<BackupAnswer> {
    if (this.closed) return Promise.resolve({ why: 'the station is closing' })
    return new Promise((resolve) => {
      const worker = new Worker(workerPath, { workerData })
      this.worker = worker
      worker.once('message', resolve)
      worker.once('error', (error) => resolve({ why: (error as Error).message }))
      worker.once('exit', () => resolve({ why: 'it was interrupted' }))
    })
  }

  private async removeOld(): Promise<void> {
    const all = await this.list()
    const beforeUpdates = all.filter((file) => file.fileName.includes('before-update'))
    const copies = all.filter((file) => !file.fileName.includes('before-update'))
    for (const { fileName } of [...copies.slice(this.options.keep()), ...beforeUpdates.slice(keptBeforeUpdates)]) {
      await unlink(join(this.options.folder, fileName)).catch(() => {})
    }
  }
}

function nameAt(at: number): string {
  return `wavedesk-${new Date(at)
    .toISOString()
    .replaceAll(/[-:.Z]/g, '')
    .replace('T', '-')}.db`
}

function timeOf(fileName: string): number | null {
  const [, , date, time] = namePattern.exec(basename(fileName)) ?? []
  if (!date || !time) return null
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}.${time.slice(6)}Z`
  const at = Date.parse(iso)
  return Number.isNaN(at) ? null : at
}
