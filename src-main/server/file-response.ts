// Sends a file with byte ranges, for listening to a track before it airs.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { StationError } from '@contract/errors'

const audioTypes: Record<string, string> = {
  '.mp3': 'audio/mpeg',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.aac': 'audio/aac',
  '.wav': 'audio/wav',
  '.aif': 'audio/aiff',
  '.aiff': 'audio/aiff',
  '.wma': 'audio/x-ms-wma',
}

/** @returns [first, last] byte, 'all' where no range was asked for, or null where it cannot be met (RFC 9110, 14) */
export function parseRange(header: string | undefined, size: number): [number, number] | 'all' | null {
  if (header === undefined) return 'all'
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (!match || (match[1] === '' && match[2] === '')) return 'all'
  if (match[1] === '') {
    const count = Math.min(Number(match[2]), size)
    return count === 0 ? null : [size - count, size - 1]
  }
  const first = Number(match[1])
  const last = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return first >= size || last < first ? null : [first, last]
}

/**
 * @param path a file the library knows; never a path from a request
 * @throws StationError not_found where the file is gone
 */
export async function fileResponse(
  path: string,
  request: { range: string | undefined; head: boolean },
): Promise<Response> {
  const info = await stat(path).catch(() => null)
  if (!info?.isFile()) throw new StationError('not_found', 'The file of this track is gone.')
  const range = parseRange(request.range, info.size)
  const headers: Record<string, string> = {
    'content-type': audioTypes[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  }
  if (range === null)
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${info.size}` } })
  const [first, last] = range === 'all' ? [0, info.size - 1] : range
  headers['content-length'] = String(Math.max(0, last - first + 1))
  if (range !== 'all') headers['content-range'] = `bytes ${first}-${last}/${info.size}`
  const status = range === 'all' ? 200 : 206
  if (request.head || info.size === 0) return new Response(null, { status, headers })
  const body = Readable.toWeb(createReadStream(path, { start: first, end: last })) as unknown as ReadableStream
  return new Response(body, { status, headers })
}
