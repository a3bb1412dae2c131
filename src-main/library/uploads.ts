// Files that are sent to the station: whole or in pieces (tus). Each is decoded before it counts.
import { randomUUID } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { Log } from '../monitoring'
import { limitBytes } from './limit-bytes'
import { isAudioName } from './tags/container'

export interface UploadsDeps {
  mediaFolder: string
  /** Checks and takes in a file that lies in a folder of its own; moves it to where `place` says. */
  takeIn(file: { path: string; place(): string }): Promise<Track>
  log: Log
}

export interface UploadInput {
  /** As the sender calls it. */
  name: string
  stream: Readable
  /** Bytes, where the sender said. */
  size?: number
}

export const largestUploadBytes = 4 * 1024 ** 3
const keptUnfinishedMs = 24 * 3600 * 1000
const resumablePath = '/api/uploads'

export interface Uploads {
  /** @throws StationError `unprocessable` for what is no playable sound file, `too_large`, `validation`, `unavailable` */
  accept(input: UploadInput): Promise<Track>
  /** The tus protocol below /api/uploads; the answer to the last piece has the header Wavedesk-Track-Id. */
  resumable(request: Request): Promise<Response>
  close(): Promise<void>
}

export function createUploads(deps: UploadsDeps): Uploads {
  const incoming = join(deps.mediaFolder, '.incoming')
  const directory = join(incoming, 'resumable')
  mkdirSync(directory, { recursive: true })
  // What a kill in the middle of an upload left behind.
  for (const name of readdirSync(incoming))
    if (name !== 'resumable') rmSync(join(incoming, name), { recursive: true, force: true })
  let opened: { store: FileStore; server: Server } | null = null
  // The store makes its folder in the background and throws where nobody can catch it: not for stations nobody uploads to.
  const resumable = () => {
    if (opened) return opened
    const store = new FileStore({ directory, expirationPeriodInMilliseconds: keptUnfinishedMs })
    opened = { store, server: createTusServer(deps, store, incoming) }
    return opened
  }
  // Resumable ones are kept a day.
  const swept =
    readdirSync(directory).length > 0
      ? resumable()
          .store.deleteExpired()
          .catch(() => 0)
      : null
  return {
    async accept(input) {
      // A sender that goes away before the first byte is written must not end the station.
      input.stream.on('error', () => {})
      const folder = join(incoming, randomUUID())
      try {
        const name = safeName(input.name)
        const path = join(folder, name)
        await mkdir(folder, { recursive: true })
        await receive(input, path)
        return await deps.takeIn({ path, place: () => freePlace(deps.mediaFolder, name) })
      } finally {
        input.stream.resume()
        await rm(folder, { recursive: true, force: true })
      }
    },
    resumable: (request) => resumable().server.handleWeb(request),
    async close() {
      await swept
    },
  }
}

async function receive({ stream, size }: UploadInput, path: string): Promise<void> {
  if (size !== undefined && size > largestUploadBytes) throw tooLarge()
  const limited: Transform = limitBytes(largestUploadBytes, tooLarge)
  try {
    await pipeline(stream, limited, createWriteStream(path))
  } catch (error) {
    if (error instanceof StationError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
      throw new StationError('unavailable', 'The disk is full: the file could not be stored.')
    }
    throw new StationError('validation', 'The upload broke off before its end.', undefined, { cause: error })
  }
  if (size !== undefined && (await stat(path)).size !== size) {
    throw new StationError('validation', 'The upload broke off before its end.')
  }
}

const tooLarge = () => new StationError('too_large', 'Files of up to 4 GB can be uploaded.')

function createTusServer(deps: UploadsDeps, store: FileStore, incoming: string): Server {
  return new Server({
    path: resumablePath,
    datastore: store,
    maxSize: largestUploadBytes,
    relativeLocation: true,
    namingFunction: () => randomUUID(),
    async onUploadCreate(_request, upload) {
      asTusError(() => safeName(nameOf(upload.metadata)))
      return {}
    },
    async onUploadFinish(_request, upload) {
      const name = safeName(nameOf(upload.metadata))
      const folder = join(incoming, randomUUID())
      const path = join(folder, name)
      try {
        await mkdir(folder, { recursive: true })
        await rename(join(store.directory, upload.id), path)
        const track = await deps.takeIn({ path, place: () => freePlace(deps.mediaFolder, name) })
        return { headers: { 'Wavedesk-Track-Id': String(track.id) } }
      } catch (error) {
        deps.log.info('An upload was refused.', { name, why: (error as Error).message })
        throw tusError(error)
      } finally {
        await rm(folder, { recursive: true, force: true })
        await store.configstore.delete(upload.id)
      }
    },
  })
}

const nameOf = (metadata: Record<string, string | null> | undefined): string =>
  metadata?.['filename'] ?? metadata?.['name'] ?? ''

function asTusError(check: () => unknown): void {
  try {
    check()
  } catch (error) {
    throw tusError(error)
  }
}

/** The form the tus server answers with. */
function tusError(error: unknown): { status_code: number; body: string } {
  const known =
    error instanceof StationError ? error : new StationError('internal', 'The upload could not be taken in.')
  return { status_code: known.status, body: JSON.stringify({ error: { code: known.code, message: known.message } }) }
}

/**
 * @returns a file name without folders and without signs that any system refuses
 * @throws StationError `unprocessable` for a kind of file that is not played here
 */
export function safeName(given: string): string {
  const bare = basename(given.replaceAll('\\', '/'))
    .normalize('NFC')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have no place in a file name
    .replaceAll(/[\u0000-\u001f\u007f<>:"|?*]/g, '_')
    .replace(/^\.+/, '')
    .trim()
  if (!isAudioName(bare)) {
    throw new StationError(
      'unprocessable',
      'Only sound files can be uploaded: mp3, flac, ogg, opus, m4a, aac, wav, aiff and wma.',
    )
  }
  const extension = extname(bare)
  return shorten(bare.slice(0, bare.length - extension.length) || 'upload', 200) + extension
}

function shorten(text: string, bytes: number): string {
  let short = text
  while (Buffer.byteLength(short) > bytes) short = [...short].slice(0, -1).join('')
  return short
}

/** A name that is not taken yet: "Song.mp3", "Song (2).mp3" … */
export function freePlace(folder: string, name: string): string {
  const extension = extname(name)
  const stem = name.slice(0, name.length - extension.length)
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? name : `${stem} (${number})${extension}`)
    if (!existsSync(path)) return path
  }
}
