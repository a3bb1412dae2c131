// `/admin/metadata`: how a source client sets the title of what it sends, in the words of Icecast.
import type { TitleRequest } from '../../live'
import { type Exchange, reply } from './exchange'
import type { SourceDoor } from './source-door'

const mostBodyBytes = 8 * 1024

/** Answers a request for a new title; the room `live` decides. */
export async function serveTitle(exchange: Exchange, door: SourceDoor): Promise<void> {
  const { request, query } = exchange
  const form = request.method === 'POST' ? await bodyOf(exchange) : ''
  if (form === null) return
  const words = new Map([...wordsOf(query.slice(1)), ...wordsOf(form)])
  const asked: TitleRequest = {
    authorization: request.headers.authorization ?? null,
    password: words.get('pass') ?? null,
    mount: words.get('mount') ?? '/live',
    mode: words.get('mode') ?? '',
    song: words.get('song') ?? null,
    title: words.get('title') ?? null,
    artist: words.get('artist') ?? null,
    charset: (words.get('charset') ?? '').slice(0, 40),
    address: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  }
  const { status, message, retryAfterSeconds } = await door.title(asked)
  const done = status === 200
  const text = escapeXml(done ? 'Metadata update successful' : message)
  const xml = `<?xml version="1.0"?>\n<iceresponse><message>${text}</message><return>${done ? 1 : 0}</return></iceresponse>\n`
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="Wavedesk"' }),
    ...(retryAfterSeconds && { 'Retry-After': String(retryAfterSeconds) }),
  }
  reply(exchange, status, headers, xml)
}

/** @returns names with values of one character for each byte: their character set is not known yet */
function wordsOf(form: string): [string, string][] {
  return form
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals < 0 ? pair : pair.slice(0, equals)
      return [bytesOf(name), bytesOf(equals < 0 ? '' : pair.slice(equals + 1))]
    })
}

const bytesOf = (text: string): string =>
  text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** @returns null when it was too long, and has been answered */
async function bodyOf(exchange: Exchange): Promise<string | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of exchange.request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > mostBodyBytes) {
      reply(exchange, 413, { 'Content-Type': 'text/plain', Connection: 'close' }, 'That title is too long.\n')
      return null
    }
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('latin1')
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
