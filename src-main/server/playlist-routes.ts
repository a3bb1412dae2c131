// Playlists as files over HTTP: taken in as they arrive, written out in parts.
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { StationError } from '@contract/errors'
import { type PlaylistImport, playlistFormats } from '@contract/playlist-files'
import Busboy, { type BusboyHeaders } from '@fastify/busboy'
import type { Context } from 'hono'
import * as z from 'zod'
import type { AppEnv, PlaylistFileRequest, ServerDeps, StudioApp } from './context'
import { idOf, requireRole } from './media-routes'

const formatSchema = z.enum(playlistFormats)
const fieldsSchema = z.object({
  format: formatSchema.optional(),
  name: z.string().trim().min(1).max(200).optional(),
  base: z.string().max(4096).optional(),
  folderId: z.coerce.number().int().positive().optional(),
})
const partSchema = z.object({
  offset: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(100_000).optional(),
})
const exportSchema = z.object({
  format: formatSchema.default('m3u8'),
  paths: z.enum(['absolute', 'relative']).default('absolute'),
  base: z.string().max(4096).optional(),
})

/** @throws StationError `validation` */
function checked<Schema extends z.ZodType>(schema: Schema, values: unknown): z.output<Schema> {
  const found = schema.safeParse(values)
  if (found.success) return found.data
  const why = found.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  throw new StationError('validation', why)
}

/** The first file of a multipart body; fields may stand before and behind it. */
function receivePlaylist(c: Context<AppEnv>, { playlistFiles }: ServerDeps): Promise<PlaylistImport> {
  const contentType = c.req.header('content-type') ?? ''
  const body = c.req.raw.body
  if (!body) throw new StationError('validation', 'There is no file in this upload.')
  const fields: Record<string, string> = { ...c.req.query() }
  checked(fieldsSchema, fields)
  const parser = new Busboy({
    headers: { 'content-type': contentType } as BusboyHeaders,
    limits: { files: 1, fields: 20, fieldSize: 10_000 },
  })
  const whole = Promise.withResolvers<void>()
  // Who waits for it learns of it; nobody waits where there is no file.
  whole.promise.catch(() => {})
  let arriving: Readable | null = null
  let taken: Promise<PlaylistImport> | null = null
  parser.on('field', (name, value) => {
    if (name in fieldsSchema.shape && value !== '') fields[name] = value
  })
  parser.on('file', (_field, stream, name) => {
    arriving = stream
    const request = async (): Promise<PlaylistFileRequest> => {
      await whole.promise
      return { fileName: (name || 'playlist.m3u8').slice(0, 255), ...checked(fieldsSchema, fields) }
    }
    taken = playlistFiles.receive(stream, request)
    taken.catch(() => stream.resume())
  })
  const breakOff = () => {
    const error = new StationError('validation', 'The upload broke off or is not well-formed.')
    // The parser leaves a file that is under way waiting for ever.
    arriving?.destroy(error)
    whole.reject(error)
  }
  const source = Readable.fromWeb(body as unknown as NodeReadableStream)
  parser.on('finish', () => whole.resolve())
  parser.on('error', breakOff)
  source.on('error', breakOff)
  source.on('close', () => source.readableEnded || breakOff())
  c.req.raw.signal.addEventListener('abort', breakOff, { once: true })
  source.pipe(parser)
  return whole.promise.then(() => {
    if (!taken) throw new StationError('validation', 'There is no file in this upload.')
    return taken
  })
}

export function addPlaylistRoutes(app: StudioApp, deps: ServerDeps) {
  app.post('/api/playlists/import', async (c, next) => {
    if (!(c.req.header('content-type') ?? '').startsWith('multipart/form-data')) return next()
    requireRole(c, 'programmer')
    const done = await receivePlaylist(c, deps)
    const who = c.get('who')
    if (who) deps.noteChange(who, 'playlists.imports.create')
    return c.json(done, done.state === 'running' ? 202 : 201)
  })
  // Beside the contract's own: a long list is written in parts, and not checked and told in one piece.
  app.get('/api/playlists/:id/items', (c) => {
    requireRole(c, 'viewer')
    const { offset, limit } = checked(partSchema, c.req.query())
    const stream = deps.playlistFiles.items(idOf(c, 'a playlist'), offset, limit)
    const bytes = Readable.toWeb(Readable.from(stream, { objectMode: false })) as unknown as ReadableStream
    return c.body(bytes, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  })
  app.on(['GET', 'HEAD'], '/api/playlists/:id/export', (c) => {
    requireRole(c, 'viewer')
    const { fileName, type, stream } = deps.playlistFiles.write(
      idOf(c, 'a playlist'),
      checked(exportSchema, c.req.query()),
    )
    const headers = { 'content-type': type, 'content-disposition': attachment(fileName), 'cache-control': 'no-store' }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const bytes = Readable.from(stream, { objectMode: false })
    return c.body(Readable.toWeb(bytes) as unknown as ReadableStream, 200, headers)
  })
}

/** A name that every system can keep; the plain one is for those that know no other. */
function attachment(name: string): string {
  const safe = name
    .toWellFormed()
    .replaceAll(/[\p{Cc}/\\:*?"<>|]/gu, '_')
    .slice(0, 200)
  const plain = safe.replaceAll(/[^\x20-\x7e]/g, '_')
  const encoded = encodeURIComponent(safe).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
