// Writes one segment after another, in order and never waited for: what the disk does not take in time is left out.
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'

type FileHandle = Awaited<ReturnType<typeof open>>

/** Three minutes of sound: a disk that hangs longer loses the rest. */
const mostWaitingBytes = 4 * 1024 * 1024
/** A power cut loses no more than this. */
const syncEveryMs = 2000
const mostOfOneName = 1000

export interface SegmentWriterOptions {
  onTrouble: (reason: 'full' | 'failed' | 'slow', message: string) => void
}

/** Work is done in the order it is given; after a failure everything up to the next `begin` is left out. */
export class SegmentWriter {
  private work: Promise<void> = Promise.resolve()
  private file: FileHandle | null = null
  private broken = false
  private waitingBytes = 0
  private syncedAtMs = 0

  constructor(private readonly options: SegmentWriterOptions) {}

  /**
   * Begins a new file; the one before is closed.
   * @param wanted path without its suffix, relative to the folder
   * @param onOpen gets the path it was given, relative to the folder
   */
  begin(folder: string, wanted: string, suffix: string, header: Buffer, onOpen: (path: string) => void): void {
    this.queue(async () => {
      await this.finish()
      const { file, path } = await openNew(folder, wanted, suffix)
      this.file = file
      await file.write(header)
      onOpen(path)
    })
  }

  /** @param onWritten told once it is in the file */
  append(bytes: Buffer, onWritten: () => void): void {
    if (this.waitingBytes + bytes.length > mostWaitingBytes) {
      this.fail('slow', 'The disk takes the recording too slowly.')
      return
    }
    this.waitingBytes += bytes.length
    this.queue(async () => {
      this.waitingBytes -= bytes.length
      if (!this.file) return
      await this.file.write(bytes)
      onWritten()
      await this.syncNowAndThen()
    })
  }

  /** Closes the file. @param onClosed told once it is */
  end(onClosed: () => void): void {
    this.queue(async () => {
      await this.finish()
      onClosed()
    })
  }

  /** Forgets the failure: the next `begin` is tried. */
  recover(): void {
    this.broken = false
  }

  async close(): Promise<void> {
    this.queue(() => this.finish())
    await this.work
  }

  private queue(task: () => Promise<void>): void {
    this.work = this.work.then(task).catch((error: NodeJS.ErrnoException) => {
      const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
      this.fail(full ? 'full' : 'failed', error.message)
      return this.finish().catch(() => {})
    })
  }

  private fail(reason: 'full' | 'failed' | 'slow', message: string): void {
    if (this.broken) return
    this.broken = true
    this.options.onTrouble(reason, message)
  }

  private async finish(): Promise<void> {
    const { file } = this
    this.file = null
    if (!file) return
    try {
      await file.datasync()
    } finally {
      await file.close()
    }
  }

  private async syncNowAndThen(): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - this.syncedAtMs < syncEveryMs) return
    this.syncedAtMs = nowMs
    await this.file?.datasync()
  }
}

/** The hour that comes twice in autumn, and a clock that was set back, give the same name again. */
async function openNew(folder: string, wanted: string, suffix: string): Promise<{ file: FileHandle; path: string }> {
  await mkdir(dirname(join(folder, wanted)), { recursive: true, mode: 0o750 })
  for (let attempt = 1; ; attempt++) {
    const path = `${wanted}${attempt === 1 ? '' : `-${attempt}`}${suffix}`
    try {
      return { file: await open(join(folder, path), 'wx', 0o640), path }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === mostOfOneName) throw error
    }
  }
}
