// Makes a copy of a sound file with other tags and reads it again. The copy lies beside the file; taking its place is for
// the caller. Runs in the reader's worker threads.

import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { tagFields } from '@contract/library'
import { File, ReadStyle } from 'node-taglib-sharp'
import { hashFile } from '../hash-file'
import { reasonOf } from '../import/walk'
import { type Container, recognise } from './container'
import { type ReadTrack, readTrack } from './read-track'
import { mimeTypes, setCover, setTags, type TagValues, type WrittenField } from './set-tags'
import { WindowedFile } from './windowed-file'

export interface TagWriteRequest {
  path: string
  /** Beside the file itself, whose links were followed. */
  temporaryPath: string
  values: TagValues
  /** Where the new cover lies; null takes it away; undefined leaves what there is. */
  cover?: string | null
}

export interface WrittenFile {
  sizeBytes: number
  fileModifiedAt: number
  fingerprint: string
  contentHash: string
  /** Of the file as it was when it was copied. */
  originalSizeBytes: number
  originalModifiedAt: number
}

export type TagWriteAnswer =
  | { ok: true; changed: true; file: WrittenFile }
  /** The tags say it all already. */
  | { ok: true; changed: false }
  | { ok: false; why: string }

class Refused extends Error {}

export async function writeTags(request: TagWriteRequest): Promise<TagWriteAnswer> {
  try {
    return await write(request)
  } catch (error) {
    rmSync(request.temporaryPath, { force: true })
    return {
      ok: false,
      why: error instanceof Refused ? error.message : `The file cannot be written: ${inWords(error)}`,
    }
  }
}

async function write({ path, temporaryPath, values, cover }: TagWriteRequest): Promise<TagWriteAnswer> {
  const target = realpathSync(path)
  const stat = statSync(target)
  refuseReadOnly(target, stat)
  const { container, format } = kindOf(target)
  const before = await readTrack(target)
  if (mimeTypes[container] === undefined || format === 'Ogg FLAC' || format === 'Speex') {
    throw new Refused(`Tags cannot be written into files of this kind (${format}).`)
  }
  const picture: Uint8Array | null | undefined = typeof cover === 'string' ? readFileSync(cover) : cover
  const fields = differing(before, values)
  const newCover = picture !== undefined && pictureHash(before) !== (picture ? hashOf(picture) : null)
  copyFileSync(target, temporaryPath, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  chmodSync(temporaryPath, 0o600)
  const touched = change(temporaryPath, container, values, fields, newCover ? (picture ?? null) : undefined)
  if (!touched) {
    rmSync(temporaryPath, { force: true })
    return { ok: true, changed: false }
  }
  const after = await readTrack(temporaryPath)
  check(before, after, values, picture)
  settle(temporaryPath, stat)
  const { size, mtimeMs } = statSync(temporaryPath)
  return {
    ok: true,
    changed: true,
    file: {
      ...{ sizeBytes: size, fileModifiedAt: Math.floor(mtimeMs) },
      ...{ fingerprint: after.facts.fingerprint, contentHash: hashFile(temporaryPath) },
      ...{ originalSizeBytes: stat.size, originalModifiedAt: Math.floor(stat.mtimeMs) },
    },
  }
}

/** The permissions count even for those who may pass over them: whoever took the right to write away meant it. */
function refuseReadOnly(target: string, stat: Stats): void {
  if (!stat.isFile()) throw new Refused('This is not a file but a pipe, a socket or a device.')
  if ((stat.mode & 0o222) === 0) throw new Refused('The file is read-only.')
  if ((statSync(dirname(target)).mode & 0o222) === 0) throw new Refused('The folder of the file is read-only.')
}

function kindOf(target: string): { container: Container; format: string } {
  const file = new WindowedFile(target)
  try {
    const { container } = recognise(file)
    const head = Buffer.from(file.bytes(0, 128)).toString('latin1')
    const format =
      container === 'ogg' ? (head.includes('FLAC') ? 'Ogg FLAC' : head.includes('Speex') ? 'Speex' : 'Ogg') : container
    return { container, format: container === 'asf' ? 'WMA' : format }
  } finally {
    file.closeNow()
  }
}

const same = (one: ReadTrack['facts'], other: TagValues, field: WrittenField): boolean => one[field] === other[field]

const differing = ({ facts }: ReadTrack, values: TagValues): WrittenField[] =>
  tagFields.filter((field) => !same(facts, values, field))

/** @returns whether there was anything to change */
function change(
  path: string,
  container: Container,
  values: TagValues,
  fields: WrittenField[],
  cover: Uint8Array | null | undefined,
): boolean {
  const file = File.createFromPath(path, mimeTypes[container], ReadStyle.None)
  try {
    // Without a title in the tag these were taken from the file's name; once there is one, the name is not asked any more.
    const fromName = file.tag.title ? [] : (['title', 'artist', 'trackNumber'] as const)
    const all = [...new Set<WrittenField>([...fields, ...fromName.filter((field) => values[field])])]
    if (all.length === 0 && cover === undefined) return false
    setTags(file, container, values, all)
    if (cover !== undefined) setCover(file, cover)
    file.save()
    return true
  } catch (error) {
    throw new Refused(`Its tags cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    file.dispose()
  }
}

/** @throws Refused unless the copy reads as it should */
function check(before: ReadTrack, after: ReadTrack, values: TagValues, picture: Uint8Array | null | undefined): void {
  const wrong = differing(after, values)
  if (wrong.length > 0) {
    const [field] = wrong as [WrittenField]
    throw new Refused(
      `Read again, ${field} is “${String(after.facts[field]).slice(0, 80)}” and not “${String(values[field]).slice(0, 80)}”: this kind of file cannot hold it. The file was left as it was.`,
    )
  }
  if (picture !== undefined && pictureHash(after) !== (picture ? hashOf(picture) : null)) {
    throw new Refused('Read again, the picture is not the one that was written. The file was left as it was.')
  }
  if (Math.abs(before.facts.durationSeconds - after.facts.durationSeconds) > 0.001) {
    throw new Refused('Read again, the file has another length. It was left as it was.')
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')
const pictureHash = ({ picture }: ReadTrack): string | null => (picture ? hashOf(picture.data) : null)

/** On the disk for good, with the rights and, where that may be, the owner of the original. */
function settle(path: string, original: Stats): void {
  const descriptor = openSync(path, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  try {
    chownSync(path, original.uid, original.gid)
  } catch {
    // Only the administrator may give files away.
  }
  chmodSync(path, original.mode & 0o7777)
}

function inWords(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'EROFS') return 'the drive is read-only.'
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the drive is full.'
  return reasonOf(error)
}
