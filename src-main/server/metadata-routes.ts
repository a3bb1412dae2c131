// Tables and pictures over HTTP: bytes in and out. JSON goes through the contract instead.
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { StationError } from '@contract/errors'
import { trackChoiceSchema } from '@contract/metadata'
import Busboy, { type BusboyHeaders } from '@fastify/busboy'
import type { Context } from 'hono'
import type { AppEnv, ExportQuery, ServerDeps, StudioApp } from './context'
import { idOf, requireRole } from './media-routes'

const delimiters: Record<string, ExportQuery['delimiter']> = {
  ...{ comma: ',', semicolon: ';', tab: '\t', ',': ',', ';': ';' },
}
const searchSchema = trackChoiceSchema.omit({ trackIds: true, all: true }).strict()

/** @throws StationError validation */
function exportQuery(c: Context<AppEnv>): ExportQuery {
  const { delimiter: wanted, ...search } = c.req.query()
  const delimiter = wanted === undefined ? undefined : delimiters[wanted]
  if (wanted !== undefined && !delimiter) {
    throw new StationError('validation', 'delimiter: comma, semicolon or tab.', { field: 'delimiter' })
  }
  const checked = searchSchema.safeParse(search)
  if (checked.success) return { ...checked.data, ...(delimiter ? { delimiter } : {}) }
  const [issue] = checked.error.issues
  const field = issue?.path.join('.') || 'query'
  throw new StationError('validation', `${field}: ${issue?.message ?? 'this cannot be asked for.'}`, { field })
}

/** The body itself, or the first file of a form. @throws StationError validation */
async function bodyOf(c: Context<AppEnv>, what: string): Promise<Readable> {
  const { body } = c.req.raw
  if (!body) throw new StationError('validation', `Send ${what} as the body of the request.`)
  const source = Readable.fromWeb(body as unknown as NodeReadableStream)
  const contentType = c.req.header('content-type') ?? ''
  if (!contentType.startsWith('multipart/form-data')) return source
  const missing = () => new StationError('validation', `There is no file in this form: send ${what}.`)
  return new Promise((resolve, reject) => {
    const parser = new Busboy({ headers: { 'content-type': contentType } as BusboyHeaders, limits: { files: 1 } })
    parser.on('file', (_field, stream) => {
      source.once('error', (error) => stream.destroy(error))
      resolve(stream)
    })
    parser.on('finish', () => reject(missing()))
    parser.on('error', () => reject(missing()))
    source.once('error', () => reject(missing()))
    source.pipe(parser)
  })
}

const contentTypes = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const

export function addMetadataRoutes(app: StudioApp, deps: ServerDeps) {
  const { metadata } = deps
  const note = (c: Context<AppEnv>, operation: string) => {
    const who = c.get('who')
    if (who) deps.noteChange(who, operation)
  }
  for (const format of ['csv', 'json'] as const) {
    app.get(`/api/library/export.${format}`, (c) => {
      requireRole(c, 'viewer')
      const stream = metadata.exportTable(format, exportQuery(c))
      const day = new Date().toISOString().slice(0, 10)
      return c.body(Readable.toWeb(stream) as unknown as ReadableStream, 200, {
        'content-type': contentTypes[format],
        'content-disposition': `attachment; filename="library-${day}.${format}"`,
      })
    })
  }
  app.post('/api/library/csv', async (c) => {
    requireRole(c, 'programmer')
    return c.json(await metadata.receiveTable(await bodyOf(c, 'the table')), 201)
  })
  app.post('/api/library/pictures', async (c) => {
    requireRole(c, 'programmer')
    return c.json(await metadata.receivePicture(await bodyOf(c, 'the picture')), 201)
  })
  app.put('/api/tracks/:id/artwork', async (c) => {
    requireRole(c, 'programmer')
    const track = await metadata.setArtwork(idOf(c, 'a track'), await bodyOf(c, 'the picture'))
    note(c, 'metadata.setArtwork')
    return c.json(track)
  })
  app.delete('/api/tracks/:id/artwork', (c) => {
    requireRole(c, 'programmer')
    const track = metadata.removeArtwork(idOf(c, 'a track'))
    note(c, 'metadata.removeArtwork')
    return c.json(track)
  })
}
