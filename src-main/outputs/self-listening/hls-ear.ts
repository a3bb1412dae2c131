// Follows the HLS playlists as a low-latency player does and takes the newest whole segment of the lowest bit rate.
import { request } from 'node:http'
import { HearingError, ownHeader, patienceMs, type Snippet } from './snippet'

const accessUnitSamples = 1024
/** An edge this old does not move any more: three parts and the time to make one. */
const oldestEdgeMs = 8000

/** What was heard last of the playlist: it has to grow. */
export interface HlsPlace {
  edge: string
  atMs: number
}

/**
 * @param before what the last call gave, to see that the playlist moves on
 * @throws HearingError
 */
export async function hearHls(
  baseUrl: string,
  token: string,
  before: HlsPlace | null,
  signal: AbortSignal,
): Promise<{ snippet: Snippet; place: HlsPlace }> {
  const ask = (url: URL) => fetchBytes(url, token, signal)
  const top = new URL('/hls/live.m3u8', baseUrl)
  const variant = lowestVariant((await ask(top)).toString(), top)
  const first = readPlaylist((await ask(variant)).toString())
  // As players do, the next part is waited for: the answer comes at the moment it is there.
  const next = new URL(variant)
  if (first.hint) {
    next.searchParams.set('_HLS_msn', String(first.hint.segment))
    next.searchParams.set('_HLS_part', String(first.hint.part))
  }
  const list = readPlaylist((await ask(next)).toString())
  const publishedAtMs = Date.now()
  const segment = list.segments.at(-1)
  if (!segment) throw new HearingError('stale', 'The playlist names no segment.')
  const place = { edge: list.edge, atMs: publishedAtMs }
  if (before?.edge === list.edge && publishedAtMs - before.atMs > patienceMs) {
    throw new HearingError('stale', 'The playlist does not go on.')
  }
  if (publishedAtMs - list.edgeAtMs > oldestEdgeMs) {
    throw new HearingError('stale', `Its newest sound is ${Math.round((publishedAtMs - list.edgeAtMs) / 1000)} s old.`)
  }
  const units = accessUnits(await ask(new URL(segment.uri, variant)))
  const samples = units.length * accessUnitSamples
  const behindMs = list.secondsBehind * 1000
  const playedAtMs = publishedAtMs + list.holdBackSeconds * 1000 - segment.seconds * 1000 - behindMs
  return { snippet: { codec: 'aac', bytes: Buffer.concat(units.map(withAdtsHeader)), samples, playedAtMs }, place }
}

interface Playlist {
  segments: { uri: string; seconds: number }[]
  /** Sound behind the last whole segment. */
  secondsBehind: number
  holdBackSeconds: number
  hint: { segment: number; part: number } | null
  /** Names the newest part. */
  edge: string
  edgeAtMs: number
}

function readPlaylist(text: string): Playlist {
  const segments: Playlist['segments'] = []
  const number = (match: RegExpExecArray | null) => Number(match?.[1] ?? 0)
  let [seconds, partSeconds, edgeAtMs] = [0, 0, 0]
  let hint: Playlist['hint'] = null
  for (const line of text.split('\n')) {
    const hinted = /^#EXT-X-PRELOAD-HINT:.*URI="(\d+)\.(\d+)\.m4s"/.exec(line)
    if (hinted) hint = { segment: Number(hinted[1]), part: Number(hinted[2]) }
    else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) {
      edgeAtMs = Date.parse(line.slice(25))
      partSeconds = 0
    } else if (line.startsWith('#EXTINF:')) seconds = number(/^#EXTINF:([\d.]+)/.exec(line))
    else if (line.startsWith('#EXT-X-PART:')) partSeconds += number(/DURATION=([\d.]+)/.exec(line))
    else if (line !== '' && !line.startsWith('#')) {
      segments.push({ uri: line, seconds })
      edgeAtMs += seconds * 1000
      partSeconds = 0
    }
  }
  const holdBackSeconds = number(/PART-HOLD-BACK=([\d.]+)/.exec(text))
  const edge = hint ? `${hint.segment}.${hint.part}` : (segments.at(-1)?.uri ?? '')
  return { segments, secondsBehind: partSeconds, holdBackSeconds, hint, edge, edgeAtMs: edgeAtMs + partSeconds * 1000 }
}

function lowestVariant(text: string, base: URL): URL {
  const lines = text.split('\n')
  const variants = lines.flatMap((line, index) => {
    const rate = /^#EXT-X-STREAM-INF:.*BANDWIDTH=(\d+)/.exec(line)
    return rate ? [{ rate: Number(rate[1]), uri: lines[index + 1] ?? '' }] : []
  })
  const lowest = variants.sort((one, other) => one.rate - other.rate)[0]
  if (!lowest) throw new HearingError('stale', 'The playlist names no stream.')
  return new URL(lowest.uri, base)
}

function fetchBytes(url: URL, token: string, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (verdict: HearingError['verdict'], message: string) => {
      asked.destroy()
      reject(new HearingError(verdict, message))
    }
    const asked = request(url, { headers: { [ownHeader]: token }, signal, timeout: patienceMs }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', () => fail('unreachable', 'It broke the connection off.'))
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(pieces))
        else fail(response.statusCode === 503 ? 'stale' : 'unreachable', `It answers ${response.statusCode}.`)
      })
    })
    asked.on('timeout', () => fail('stale', 'It does not go on.'))
    asked.on('error', (error) => fail('unreachable', `It cannot be reached: ${error.message}`))
    asked.end()
  })
}

/** The access units of a CMAF segment: every track run, and what of `mdat` belongs to it. */
export function accessUnits(segment: Buffer): Buffer[] {
  const units: Buffer[] = []
  let sizes: number[] = []
  for (const box of boxesIn(segment)) {
    if (box.type === 'moof') {
      const run = [...boxesIn(box.body)].find(({ type }) => type === 'traf')
      const trun = run && [...boxesIn(run.body)].find(({ type }) => type === 'trun')
      sizes = trun ? runSizes(trun.body) : []
    } else if (box.type === 'mdat') {
      let offset = 0
      for (const size of sizes) {
        units.push(box.body.subarray(offset, offset + size))
        offset += size
      }
      sizes = []
    }
  }
  return units
}

function* boxesIn(bytes: Buffer): Generator<{ type: string; body: Buffer }> {
  for (let offset = 0; offset + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(offset)
    if (length < 8) return
    yield { type: bytes.toString('latin1', offset + 4, offset + 8), body: bytes.subarray(offset + 8, offset + length) }
    offset += length
  }
}

/** Sizes of a track run that gives nothing else for its samples, as our own do. */
function runSizes(run: Buffer): number[] {
  const count = run.readUInt32BE(4)
  const start = (run.readUInt32BE(0) & 1) === 1 ? 12 : 8
  return Array.from({ length: Math.min(count, (run.length - start) / 4) }, (_, index) =>
    run.readUInt32BE(start + index * 4),
  )
}

/** An access unit of AAC-LC, 48 kHz, stereo, with the header that lets it stand alone (ISO 14496-3, 1.A.2.2). */
export function withAdtsHeader(unit: Buffer): Buffer {
  const length = unit.length + 7
  const header = Buffer.from([0xff, 0xf1, 0x4c, 0x80, 0, 0x1f, 0xfc])
  header[3] = 0x80 | (length >> 11)
  header[4] = (length >> 3) & 0xff
  header[5] = ((length & 7) << 5) | 0x1f
  return Buffer.concat([header, unit])
}
