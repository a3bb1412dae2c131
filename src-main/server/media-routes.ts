// Bytes over HTTP: a track's file, artwork and waveform, and uploads. JSON goes through the contract instead.
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Role } from '@contract/common'
import { StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import Busboy, { type BusboyHeaders } from '@fastify/busboy'
import type { Context } from 'hono'
import type { AppEnv, ServerDeps, StudioApp, WaveformView } from './context'
import { fileResponse } from './file-response'
import { mayCall } from './router'

export const requireRole = (c: Context<AppEnv>, least: Role) => {
  const who = c.get('who')
  if (!who) throw new StationError('unauthorised', 'Sign in first.')
  if (!mayCall(who.role, least))
    throw new StationError('forbidden', `This needs the role ${least}; yours is ${who.role}.`)
}

export const idOf = (c: Context<AppEnv>, what: string): number => {
  const text = c.req.param('id') ?? ''
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new StationError('validation', `id: ${what} is named by a whole number.`)
  return Number(text)
}
const trackId = (c: Context<AppEnv>) => idOf(c, 'a track')

function instantOf(c: Context<AppEnv>, name: string): number | null {
  const text = c.req.query(name)
  if (text === undefined) return null
  if (!/^\d{1,15}$/.test(text)) {
    throw new StationError('validation', `${name}: milliseconds since 1970-01-01T00:00Z, a whole number.`)
  }
  return Number(text)
}

/** One bad file among several does not undo the others: the error names it and says which tracks came in. */
async function settleUploads(accepted: readonly { name: string; track: Promise<Track> }[]): Promise<Track[]> {
  const results = await Promise.allSettled(accepted.map(({ track }) => track))
  const tracks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ name: accepted[index]?.name ?? '', error: result.reason as unknown }] : [],
  )
  const [first] = failed
  if (!first) return tracks
  if (accepted.length === 1 || !(first.error instanceof StationError)) throw first.error
  const why = failed.map(({ name, error }) => ({ name, why: error instanceof Error ? error.message : String(error) }))
  throw new StationError(first.error.code, why.map((one) => `${one.name}: ${one.why}`).join(' '), {
    failed: why,
    addedTrackIds: tracks.map(({ id }) => id),
  })
}

/** Every file of a multipart body goes to the library as it arrives; nothing is held in memory. */
async function receiveFiles(c: Context<AppEnv>, deps: ServerDeps): Promise<Track[]> {
  const contentType = c.req.header('content-type') ?? ''
  const body = c.req.raw.body
  if (!contentType.startsWith('multipart/form-data') || !body) {
    throw new StationError('validation', 'Send the audio file as multipart/form-data in a field named file.')
  }
  const accepted: { name: string; track: Promise<Track> }[] = []
  const arriving = new Set<Readable>()
  const parser = new Busboy({
    headers: { 'content-type': contentType } as BusboyHeaders,
    limits: { files: 50, fields: 10, fieldSize: 10_000 },
  })
  parser.on('file', (_field, stream, name) => {
    const track = deps.acceptUpload({ name: name || 'upload', stream })
    arriving.add(stream)
    stream.once('close', () => arriving.delete(stream))
    // A refused file must not stop the ones after it; its error is reported once the body is through.
    track.catch(() => stream.resume())
    accepted.push({ name, track })
  })
  const source = Readable.fromWeb(body as unknown as NodeReadableStream)
  await new Promise<void>((resolve, reject) => {
    const breakOff = () => {
      const error = new StationError('validation', 'The upload broke off or is not well-formed.')
      // The parser leaves a file that is under way waiting for ever.
      for (const stream of arriving) stream.destroy(error)
      reject(error)
    }
    parser.on('finish', resolve)
    parser.on('error', breakOff)
    source.on('error', breakOff)
    source.on('close', () => source.readableEnded || breakOff())
    // A sender that goes away does not always end the body with an error.
    c.req.raw.signal.addEventListener('abort', breakOff, { once: true })
    source.pipe(parser)
  })
  if (accepted.length === 0) throw new StationError('validation', 'There is no file in this upload.')
  return settleUploads(accepted)
}

export function addMediaRoutes(app: StudioApp, deps: ServerDeps) {
  const { media } = deps
  app.on(['GET', 'HEAD'], '/api/tracks/:id/file', async (c) => {
    requireRole(c, 'viewer')
    return fileResponse(media.filePath(trackId(c)), { range: c.req.header('range'), head: c.req.method === 'HEAD' })
  })
  app.get('/api/tracks/:id/artwork', async (c) => {
    requireRole(c, 'viewer')
    const size = c.req.query('size') === 'thumbnail' ? 'thumbnail' : 'full'
    const artwork = await media.artwork(trackId(c), size)
    if (!artwork) throw new StationError('not_found', 'This track has no artwork.')
    return c.body(new Uint8Array(artwork.bytes), 200, {
      'content-type': artwork.type,
      'cache-control': 'private, max-age=300',
    })
  })
  app.get('/api/tracks/:id/waveform', async (c) => {
    requireRole(c, 'viewer')
    const waveform = media.waveform(trackId(c), waveformView(c))
    if (!waveform)
      throw new StationError('unavailable', 'This track has not been analysed yet.', { retryAfterSeconds: 5 })
    return c.json(waveform, 200, { 'cache-control': 'private, max-age=60' })
  })
  app.get('/api/tracks/:id/spectrum', async (c) => {
    requireRole(c, 'viewer')
    const picture = await media.spectrum(trackId(c))
    return c.body(picture, 200, { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' })
  })
  addRecordingRoutes(app, deps)
  app.post('/api/tracks', async (c) => {
    requireRole(c, 'programmer')
    const tracks = await receiveFiles(c, deps)
    return c.json(tracks.length === 1 ? tracks[0] : tracks, 201)
  })
  app.all('/api/uploads/*', uploadRoute(deps))
  app.all('/api/uploads', uploadRoute(deps))
}

function addRecordingRoutes(app: StudioApp, { recordings }: ServerDeps) {
  app.on(['GET', 'HEAD'], '/api/recordings/listen', (c) => {
    requireRole(c, 'viewer')
    const from = instantOf(c, 'from')
    if (from === null) throw new StationError('validation', 'from: say from when to listen.')
    const sound = recordings.listen({ from, to: instantOf(c, 'to') })
    const headers = { 'content-type': sound.type, 'x-recorded-from': String(sound.from) }
    if (c.req.method !== 'HEAD') return c.body(Readable.toWeb(sound.stream) as unknown as ReadableStream, 200, headers)
    sound.stream.destroy()
    return c.body(null, 200, headers)
  })
  app.on(['GET', 'HEAD'], '/api/recordings/files/:id/file', async (c) => {
    requireRole(c, 'viewer')
    const path = recordings.filePath(idOf(c, 'a file'))
    const response = await fileResponse(path, { range: c.req.header('range'), head: c.req.method === 'HEAD' })
    if (c.req.query('download') !== undefined) {
      response.headers.set('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`)
    }
    return response
  })
}

/** @throws StationError validation */
function waveformView(c: Context<AppEnv>): WaveformView {
  const view: WaveformView = {}
  for (const [name, field] of Object.entries(waveformFields)) {
    const given = c.req.query(name)
    if (given === undefined) continue
    const value = Number(given)
    if (given === '' || !Number.isFinite(value) || value < 0) {
      throw new StationError('validation', `${name} must be a number that is not negative.`, { field: name })
    }
    view[field] = value
  }
  return view
}

const waveformFields = { points: 'points', perSecond: 'perSecond', from: 'fromSeconds', to: 'toSeconds' } as const

/** The tus protocol: chunked, resumable. */
const uploadRoute = (deps: ServerDeps) => async (c: Context<AppEnv>) => {
  if (c.req.method !== 'OPTIONS') requireRole(c, 'programmer')
  return deps.resumableUpload(c.req.raw)
}
