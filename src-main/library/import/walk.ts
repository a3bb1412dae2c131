// Lists the sound files below a folder, with size and time. Runs in a worker thread; follows links, but never in a circle.
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isAudioName } from '../tags/container'

export interface FoundFile {
  path: string
  sizeBytes: number
  fileModifiedAt: number
  /** A picture beside it. */
  picturePath: string | null
}

export interface WalkFailure {
  path: string
  why: string
}

export type WalkPiece = { files: FoundFile[]; failures: WalkFailure[] }

const pieceFiles = 200
const coverNames = /^(cover|folder|front|album|albumart)\.(jpe?g|png|webp)$/i

/** @param deep false looks at the folder's own files only */
export function* walk(root: string, deep = true): Generator<WalkPiece> {
  const seen = new Set<string>()
  const folders = [root]
  let piece: WalkPiece = { files: [], failures: [] }
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      const real = realpathSync(folder)
      if (seen.has(real)) continue
      seen.add(real)
      readFolder(folder, piece, deep ? folders : [])
    } catch (error) {
      // The root going away is for the caller to notice; a folder inside is one more thing that failed.
      if (folder === root) throw error
      piece.failures.push({ path: folder, why: `This folder cannot be read: ${reasonOf(error)}` })
    }
    while (piece.files.length >= pieceFiles) {
      yield { files: piece.files.slice(0, pieceFiles), failures: piece.failures }
      piece = { files: piece.files.slice(pieceFiles), failures: [] }
    }
  }
  yield piece
}

function readFolder(folder: string, piece: WalkPiece, folders: string[]): void {
  const entries = readdirSync(folder, { withFileTypes: true })
  const cover = entries.find((entry) => coverNames.test(entry.name))
  const picturePath = cover ? join(folder, cover.name) : null
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory()) {
      folders.push(path)
      continue
    }
    if (!entry.isSymbolicLink() && !isAudioName(entry.name)) continue
    try {
      const stat = statSync(path)
      if (stat.isDirectory()) folders.push(path)
      else if (isAudioName(entry.name)) take(piece, path, stat, picturePath)
    } catch (error) {
      if (isAudioName(entry.name)) piece.failures.push({ path, why: fileProblem(path, error) })
    }
  }
}

function take(piece: WalkPiece, path: string, stat: Stats, picturePath: string | null): void {
  if (!stat.isFile()) piece.failures.push({ path, why: 'This is not a file but a pipe, a socket or a device.' })
  else piece.files.push({ path, sizeBytes: stat.size, fileModifiedAt: Math.floor(stat.mtimeMs), picturePath })
}

function fileProblem(path: string, error: unknown): string {
  if (basename(path).includes('\ufffd')) return "The file's name is not valid UTF-8; rename it."
  return `The file cannot be read: ${reasonOf(error)}`
}

const reasons: Record<string, string> = {
  ENOENT: 'it is not there.',
  EACCES: 'access is denied.',
  EPERM: 'access is denied.',
  EISDIR: 'it is a folder.',
  ELOOP: 'its links lead in a circle.',
  ENAMETOOLONG: 'its name is too long.',
  EIO: 'the disk reports an error.',
  ESTALE: 'the network drive is gone.',
  ENXIO: 'it is not a regular file.',
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code && reasons[code]) return reasons[code]
  return error instanceof Error ? error.message : String(error)
}
