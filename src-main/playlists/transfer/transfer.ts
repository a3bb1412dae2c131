// Playlists as files: reads them in as jobs, line by line as they come, and writes them out in parts.
import { createWriteStream } from 'node:fs'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StationError } from '@contract/errors'
import type { Operations } from '@contract/operations'
import type { PlaylistFormat, PlaylistImport } from '@contract/playlist-files'
import type { ItemStore, NewItem } from '../item-store'
import type { PlaylistStore } from '../playlist-store'
import { createSlices } from '../slices'
import { commonFolder, createExportRows } from './export-rows'
import { formatOf, listName } from './formats'
import { createImportStore, type ImportRecord } from './import-store'
import { RunningImport } from './running-import'
import { fileTypes, relativePath, writers } from './write'

export interface TransferDeps {
  db: DatabaseSync
  now(): number
  store: Pick<PlaylistStore, 'get'>
  items: ItemStore
  /** Folds text for comparing, as the library folds its keys. */
  fold(text: string): string
  /** Puts right text that was read in a wrong character set. */
  repairText(text: string): string
  /** For files that may be deleted at any time. */
  workFolder: string
  /** Makes an empty list. @throws StationError `not_found` for a folder that is not there */
  create(name: string, folderId: number | null): number
  add(playlistId: number, items: readonly NewItem[]): void
  remove(playlistId: number): void
  rename(playlistId: number, name: string): void
  /** Tells everyone. */
  changed(playlistId: number): void
}

export interface ImportRequest {
  fileName: string
  format?: PlaylistFormat | undefined
  name?: string | undefined
  base?: string | undefined
  folderId?: number | null | undefined
}

export interface Transfer {
  operations: Operations<'playlists'>['imports']
  /** Takes in a file as it arrives. @param request asked for once it is here @throws StationError `too_large`, `unprocessable`, `not_found` */
  receive(stream: Readable, request: () => Promise<ImportRequest>): Promise<PlaylistImport>
  /** @throws StationError `not_found` */
  write(
    playlistId: number,
    options: { format: PlaylistFormat; paths: 'absolute' | 'relative'; base?: string | undefined },
  ): { fileName: string; type: string; stream: AsyncGenerator<string> }
  close(): Promise<void>
}

const mostBytes = 512 * 1024 * 1024
const shownLines = 100
const lookedBytes = 4096
/** Imports that take no longer are answered when they are over. */
const waitMs = 3000
const mostAtOnce = 4
const partSize = 250

export function createTransfer(deps: TransferDeps): Transfer {
  const { db, now, store } = deps
  const imports = createImportStore(db)
  const exportRows = createExportRows(db)
  const running = new Map<number, RunningImport>()
  const ended = new Set<Promise<void>>()
  let closed = false
  let lastFile = 0

  for (const { id, playlistId, record } of imports.broken()) {
    if (playlistId !== null) deps.remove(playlistId)
    const problem = 'The station ended while the file was read; import it again.'
    imports.save({ ...record, id, playlistId: null, state: 'failed', problem, endedAt: now() })
  }

  const view = (record: ImportRecord): PlaylistImport => ({
    ...record,
    unmatchedLines: imports.lines(record.id, 0, shownLines, null),
  })
  const get = (id: number): PlaylistImport => view(running.get(id)?.record() ?? imports.get(id))

  async function newFile(): Promise<string> {
    const folder = join(deps.workFolder, 'imports')
    await mkdir(folder, { recursive: true })
    return join(folder, `${process.pid}-${now()}-${++lastFile}`)
  }

  async function begin(path: string, request: ImportRequest): Promise<PlaylistImport> {
    const file = await open(path, 'r')
    const first = new Uint8Array(lookedBytes)
    let sizeBytes = 0
    let looked = 0
    try {
      sizeBytes = (await file.stat()).size
      looked = (await file.read(first, 0, lookedBytes, 0)).bytesRead
    } finally {
      await file.close()
    }
    if (looked === 0) throw new StationError('unprocessable', 'The file is empty.')
    if (closed) throw new StationError('unavailable', 'The station is closing.')
    if (running.size >= mostAtOnce) {
      throw new StationError('unavailable', 'Other playlists are being imported: wait until one is done.')
    }
    const start = first.subarray(0, looked)
    const format = request.format ?? formatOf(request.fileName, start)
    const playlistId = deps.create(request.name ?? listName(request.fileName), request.folderId ?? null)
    const id = imports.begin(playlistId, now())
    const job = new RunningImport(
      { ...deps, imports },
      { id, playlistId, format, first: start, sizeBytes, path, ...request },
    )
    running.set(id, job)
    deps.changed(playlistId)
    const over = job.run().finally(() => {
      running.delete(id)
      void trim()
    })
    const noted = over.catch(() => {}).finally(() => ended.delete(noted))
    ended.add(noted)
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, waitMs).unref())])
    return get(id)
  }

  async function trim(): Promise<void> {
    const slices = createSlices()
    while (!closed && imports.trim()) await slices.rest()
  }

  /** The file is kept until it has been read; when it cannot even be begun with, it goes at once. */
  async function withFile(fill: (path: string) => Promise<ImportRequest>): Promise<PlaylistImport> {
    const path = await newFile()
    try {
      return await begin(path, await fill(path))
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  return {
    operations: {
      create: ({ text, ...request }) =>
        withFile(async (path) => {
          await writeFile(path, text.toWellFormed())
          return request
        }),
      list: () =>
        imports.all().map((record) => ({ ...(running.get(record.id)?.record() ?? record), unmatchedLines: [] })),
      get: ({ id }) => get(id),
      unmatched({ id, limit, afterEntry, reason }) {
        imports.get(id)
        const found = imports.lines(id, afterEntry, limit + 1, reason ?? null)
        const items = found.slice(0, limit)
        return { items, nextAfterEntry: found.length > limit ? (items.at(-1)?.entry ?? null) : null }
      },
      async cancel({ id }) {
        const job = running.get(id)
        if (!job) {
          imports.get(id)
          throw new StationError('conflict', 'This import is over already.', { id })
        }
        await job.cancel()
        return get(id)
      },
    },
    receive: (stream, request) =>
      withFile(async (path) => {
        await pipeline(stream, limitOf(mostBytes), createWriteStream(path, { mode: 0o600 }))
        return request()
      }),
    write(playlistId, { format, paths, base }) {
      const { name } = store.get(playlistId)
      const writer = writers[format]
      async function* parts(): AsyncGenerator<string> {
        const slices = createSlices()
        const folder = paths === 'absolute' ? '' : (base ?? (await commonFolder(exportRows, playlistId, slices)))
        yield writer.head(name)
        let count = 0
        for (let last = exportRows.start; ; ) {
          if (slices.due) await slices.rest()
          const rows = exportRows.next(playlistId, last, partSize)
          if (rows.length > 0) {
            yield rows.map((row) => writer.item(row, ++count, relativePath(row.path, folder))).join('')
          }
          const end = rows.at(-1)
          if (!end || rows.length < partSize) break
          last = end
        }
        yield writer.foot(count)
      }
      return { fileName: `${name}.${format}`, type: fileTypes[format], stream: parts() }
    },
    async close() {
      closed = true
      await Promise.all(
        [...running.values()].map((job) => job.cancel('The station ended while the file was read; import it again.')),
      )
      await Promise.all(ended)
    },
  }
}

function limitOf(bytes: number): Transform {
  let passed = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      passed += chunk.length
      if (passed <= bytes) return done(null, chunk)
      done(new StationError('too_large', `A playlist file may have at most ${bytes / 1024 / 1024} MB.`))
    },
  })
}
