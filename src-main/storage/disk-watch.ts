// Looks at the free space of the data folder's disk and says when it runs low, before anything fails.
import { statfs } from 'node:fs/promises'

export interface DiskSpace {
  freeBytes: number
  totalBytes: number
}

export interface DiskWatchOptions {
  folder: string
  /** Below this the disk is low. */
  lowBytes?: number
  /** Called when it becomes low, each time half of the rest is gone, and with null when it has room again. */
  onLow: (space: DiskSpace | null) => void
  everySeconds?: number
  /** Reads the space; `statfs` unless told. */
  read?: (folder: string) => Promise<DiskSpace>
}

export interface DiskWatch {
  /** Looks at once. @returns null when the system does not say */
  look(): Promise<DiskSpace | null>
  /** What the last look found. */
  readonly space: DiskSpace | null
  close(): Promise<void>
}

const defaultLowBytes = 512 * 1024 * 1024
/** Room has to grow by this much past the limit before the disk counts as well again. */
const margin = 1.1

export function createDiskWatch(options: DiskWatchOptions): DiskWatch {
  const { folder, lowBytes = defaultLowBytes, onLow, everySeconds = 30, read = readSpace } = options
  let space: DiskSpace | null = null
  /** Free bytes when it was last told; null while there is room. */
  let toldBytes: number | null = null
  let looking: Promise<DiskSpace | null> | null = null
  const check = async (): Promise<DiskSpace | null> => {
    const found = await read(folder).catch(() => null)
    space = found
    if (!found) return null
    const { freeBytes } = found
    if (freeBytes < lowBytes * (toldBytes === null ? 1 : margin)) {
      if (toldBytes === null || freeBytes < toldBytes / 2) {
        toldBytes = freeBytes
        onLow(found)
      }
    } else if (toldBytes !== null) {
      toldBytes = null
      onLow(null)
    }
    return found
  }
  const look = (): Promise<DiskSpace | null> => {
    looking ??= check().finally(() => {
      looking = null
    })
    return looking
  }
  const timer = setInterval(() => void look(), everySeconds * 1000).unref()
  void look()
  return {
    look,
    get space() {
      return space
    },
    async close() {
      clearInterval(timer)
      await looking
    },
  }
}

async function readSpace(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}
