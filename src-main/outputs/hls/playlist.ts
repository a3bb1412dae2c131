// The text of the HLS playlists (RFC 8216 and its second edition with low latency). Pure: a ladder in, text out.
import { type Ladder, partTargetSeconds, type Segment, targetSeconds } from './ladder'

/** A little over three parts, the least that is allowed: players are told to stay this far behind the newest part. */
export const partHoldBackSeconds = 1.05
const holdBackSeconds = targetSeconds * 3 + 0.3
/** Parts are named for the newest three target durations. */
const partsForSeconds = targetSeconds * 3

/** Something that began at a moment, as players show it: the item on air. */
export interface DateRange {
  id: string
  startMs: number
  title: string
  artist: string
}

export interface VariantPlaylistOptions {
  ladder: Ladder
  ranges: readonly DateRange[]
  /** Addresses of the other variants' playlists, relative to this one. */
  others: readonly string[]
}

export function variantPlaylist({ ladder, ranges, others }: VariantPlaylistOptions): string {
  const segments = ladder.listed()
  const { growing, edge } = ladder
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${partHoldBackSeconds},HOLD-BACK=${holdBackSeconds}`,
    `#EXT-X-PART-INF:PART-TARGET=${partTargetSeconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.number ?? edge.number}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${ladder.discontinuitySequence()}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
    ...dateRanges(ranges, segments[0]?.programDateMs ?? 0),
  ]
  let secondsToEdge = segments.reduce((sum, segment) => sum + segment.seconds, growing?.seconds ?? 0)
  for (const segment of segments) {
    lines.push(...segmentHead(segment))
    if (secondsToEdge <= partsForSeconds + segment.seconds) lines.push(...partLines(segment))
    lines.push(`#EXTINF:${segment.seconds.toFixed(5)},`, `${segment.number}.m4s`)
    secondsToEdge -= segment.seconds
  }
  if (growing) lines.push(...segmentHead(growing), ...partLines(growing))
  lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${edge.number}.${edge.parts}.m4s"`)
  const last = lastPart(segments, growing)
  if (last) {
    for (const uri of others) {
      lines.push(`#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last.number},LAST-PART=${last.part}`)
    }
  }
  return `${lines.join('\n')}\n`
}

export interface Variant {
  uri: string
  kbps: number
  peakBitsPerSecond: number
}

export function multivariantPlaylist(variants: readonly Variant[]): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:9', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const { uri, kbps, peakBitsPerSecond } of variants) {
    const { average, peak } = declaredRates(kbps, peakBitsPerSecond)
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${average},CODECS="mp4a.40.2"`, uri)
  }
  return `${lines.join('\n')}\n`
}

/** What boxes add to the sound: some 180 bytes for each part. */
const packagingBitsPerSecond = 4_500

/** The encoder may pass its rate by a tenth over a segment; where it was seen to pass that, what was seen is declared. */
function declaredRates(kbps: number, seenPeak: number): { average: number; peak: number } {
  const average = kbps * 1000 + packagingBitsPerSecond
  const seen = Math.ceil(seenPeak / 1000) * 1000
  return { average, peak: Math.max(Math.ceil(kbps * 1125 + packagingBitsPerSecond), seen) }
}

function segmentHead(segment: Segment): string[] {
  const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateMs).toISOString()}`
  return segment.discontinuity ? ['#EXT-X-DISCONTINUITY', date] : [date]
}

function partLines(segment: Segment): string[] {
  return segment.parts.map(
    (part, index) =>
      `#EXT-X-PART:DURATION=${part.seconds.toFixed(5)},INDEPENDENT=YES,URI="${segment.number}.${index}.m4s"`,
  )
}

function lastPart(segments: readonly Segment[], growing: Segment | null): { number: number; part: number } | null {
  const segment = growing ?? segments.at(-1)
  return segment ? { number: segment.number, part: segment.parts.length - 1 } : null
}

function dateRanges(ranges: readonly DateRange[], fromMs: number): string[] {
  const ordered = [...ranges].sort((one, other) => one.startMs - other.startMs)
  // The last one that began before the list still holds at its beginning.
  const first = Math.max(
    0,
    ordered.findLastIndex((range) => range.startMs <= fromMs),
  )
  return ordered.slice(first).map((range) => {
    const start = new Date(range.startMs).toISOString()
    return (
      `#EXT-X-DATERANGE:ID="${quoted(range.id)}",CLASS="wavedesk.now-playing",START-DATE="${start}",END-ON-NEXT=YES,` +
      `X-TITLE="${quoted(range.title)}",X-ARTIST="${quoted(range.artist)}"`
    )
  })
}

/** A quoted string of a playlist may hold neither quotes nor line ends. */
const quoted = (text: string) => text.replaceAll('"', '″').replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
