// The log files: lines are gathered and appended four times a second, a full or old file is put aside, old ones removed.
// Nothing here ever throws into the caller: when the disk is full lines are dropped and counted, the program goes on.
import { appendFileSync, mkdirSync, statSync } from 'node:fs'
import { appendFile, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface LogFileOptions {
  folder: string
  /** A file past this is put aside. */
  maxFileBytes?: number
  /** A file older than this is put aside. */
  maxFileAgeMs?: number
  /** Files put aside are removed after this, */
  keepDays?: number
  /** or when there are more than this. */
  keepFiles?: number
  now?: () => number
  /** Called once when lines cannot be written, and once with null when they can again. */
  onTrouble?: (error: Error | null) => void
}

export interface LogFile {
  /** @param line one line of JSON with its line break */
  write(line: string): void
  /** Waits until everything written so far is in the file. */
  flush(): Promise<void>
  /** For the last moment of the process: no waiting, no rotation. */
  flushNow(): void
  /** Paths, newest first, the current file included. */
  files(): Promise<string[]>
  readonly droppedLines: number
  close(): Promise<void>
}

const currentName = 'wavedesk.log'
const asidePattern = /^wavedesk-(\d{8}-\d{9})\.log$/
const flushMs = 250
const maxPendingBytes = 4 * 1024 * 1024

export function openLogFile(options: LogFileOptions): LogFile {
  return new RotatingFile(options)
}

class RotatingFile implements LogFile {
  private readonly path: string
  private readonly now: () => number
  private pending: string[] = []
  private pendingBytes = 0
  private sizeBytes = 0
  private startedAt: number
  private timer: NodeJS.Timeout | null = null
  private working: Promise<void> = Promise.resolve()
  private inTrouble = false
  private closed = false
  droppedLines = 0

  constructor(private readonly options: LogFileOptions) {
    this.path = join(options.folder, currentName)
    this.now = options.now ?? Date.now
    this.startedAt = this.now()
    try {
      mkdirSync(options.folder, { recursive: true })
      const existing = statSync(this.path, { throwIfNoEntry: false })
      if (existing) {
        this.sizeBytes = existing.size
        this.startedAt = existing.birthtimeMs || existing.mtimeMs
        // A line that a crash cut off must not swallow the first one of this run; readers skip an empty line.
        if (existing.size > 0) this.pending.push('\n')
      }
    } catch (error) {
      this.report(error as Error)
    }
  }

  write(line: string): void {
    if (this.closed) return
    if (this.pendingBytes > maxPendingBytes) {
      this.droppedLines += 1
      return
    }
    this.pending.push(line)
    this.pendingBytes += line.length
    this.timer ??= setTimeout(() => void this.flush(), flushMs).unref()
  }

  flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.working = this.working.then(() => this.append())
    return this.working
  }

  flushNow(): void {
    const text = this.take()
    if (text === '') return
    try {
      appendFileSync(this.path, text, { mode: 0o600 })
    } catch {
      // The process is ending: there is nobody left to tell.
    }
  }

  async files(): Promise<string[]> {
    const names = (await readdir(this.options.folder).catch(() => [])).filter((name) => asidePattern.test(name))
    names.sort().reverse()
    return [this.path, ...names.map((name) => join(this.options.folder, name))]
  }

  async close(): Promise<void> {
    await this.flush()
    this.closed = true
  }

  private take(): string {
    const text = this.pending.join('')
    this.pending = []
    this.pendingBytes = 0
    return text
  }

  private async append(): Promise<void> {
    if (this.pending.length === 0) return
    const count = this.pending.length
    const text = this.take()
    try {
      await this.rotateIfDue(Buffer.byteLength(text))
      await appendFile(this.path, text, { mode: 0o600 })
      this.sizeBytes += Buffer.byteLength(text)
      if (this.inTrouble) this.report(null)
    } catch (error) {
      this.droppedLines += count
      this.report(error as Error)
    }
  }

  private async rotateIfDue(addedBytes: number): Promise<void> {
    const { maxFileBytes = 10 * 1024 * 1024, maxFileAgeMs = 24 * 3_600_000 } = this.options
    if (this.sizeBytes === 0) return
    const age = this.now() - this.startedAt
    if (this.sizeBytes + addedBytes <= maxFileBytes && age <= maxFileAgeMs) return
    await rename(this.path, await this.asidePath())
    this.sizeBytes = 0
    this.startedAt = this.now()
    await this.removeOld()
  }

  private async asidePath(): Promise<string> {
    for (let at = this.now(); ; at += 1) {
      const stamp = new Date(at)
        .toISOString()
        .replaceAll(/[-:.Z]/g, '')
        .replace('T', '-')
      const path = join(this.options.folder, `wavedesk-${stamp}.log`)
      const taken = await stat(path).catch(() => null)
      if (!taken) return path
    }
  }

  private async removeOld(): Promise<void> {
    const { keepDays = 14, keepFiles = 20 } = this.options
    const aside = (await this.files()).slice(1)
    const oldest = this.now() - keepDays * 24 * 3_600_000
    for (const [index, path] of aside.entries()) {
      const modifiedAt = await stat(path).then(
        (found) => found.mtimeMs,
        () => 0,
      )
      if (index >= keepFiles || modifiedAt < oldest) await unlink(path).catch(() => {})
    }
  }

  private report(error: Error | null): void {
    const wasInTrouble = this.inTrouble
    this.inTrouble = error !== null
    if (wasInTrouble !== this.inTrouble) this.options.onTrouble?.(error)
  }
}
