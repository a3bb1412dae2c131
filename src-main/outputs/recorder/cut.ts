// A range of the recording as the bytes to decode, and which samples of the result are the range.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../monitoring'
import { aacFrameSamples } from '../frames/adts'
import { frameOffsets, framesOf, millisecondsOf, readSegmentHeader } from './segment-file'
import { follows, type Segment, type Segments } from './segments'

/** AAC frames overlap: the one before is needed to hear the first one whole. */
const prerollUnits = 2
/** Less is the grain of AAC frames and clocks. */
const leastGapSeconds = 0.1

interface Stretch {
  segment: Segment
  firstUnit: number
  /** The first that is left out. */
  endUnit: number
}

export interface Cut {
  stretches: Stretch[]
  /** Samples of the decoded sound before the range, and behind which the range is over. */
  startSample: number
  endSample: number
  /** Length of what is there. */
  seconds: number
  /** What is missing inside the range. */
  gapSeconds: number
  bytes: number
}

/** @returns null when nothing of the range was recorded */
export function cutRange(segments: Segments, fromMs: number, toMs: number): Cut | null {
  const pieces = segments.pieces(fromMs, toMs)
  const first = pieces[0]
  const last = pieces.at(-1)
  if (!first || !last) return null
  const stretches: Stretch[] = []
  let startSample = 0
  let decodedSamples = 0
  for (const { segment, fromMs: begin, toMs: end } of pieces) {
    const before = stretches.at(-1)
    const goesOn = before !== undefined && follows(before.segment, segment) && begin <= segment.startedAt
    const units = Math.ceil(segment.frames / aacFrameSamples)
    const startFrame = Math.max(0, framesOf(begin - segment.startedAt))
    let firstUnit = goesOn ? 0 : Math.min(units, Math.floor(startFrame / aacFrameSamples))
    const endUnit = Math.min(units, Math.ceil(framesOf(end - segment.startedAt) / aacFrameSamples))
    if (goesOn) {
      // Times may differ by a few milliseconds from what the frames say; the sound has no seam.
      const whole = Math.ceil(before.segment.frames / aacFrameSamples)
      decodedSamples += (whole - before.endUnit) * aacFrameSamples
      before.endUnit = whole
    }
    if (!before) {
      const lead = leadIn(segments, segment, firstUnit)
      firstUnit = lead.firstUnit
      stretches.push(...lead.stretches)
      const leadUnits = lead.stretches.reduce((sum, one) => sum + one.endUnit - one.firstUnit, 0)
      startSample = leadUnits * aacFrameSamples + startFrame - firstUnit * aacFrameSamples
      decodedSamples += leadUnits * aacFrameSamples
    }
    if (endUnit <= firstUnit) continue
    stretches.push({ segment, firstUnit, endUnit })
    decodedSamples += (endUnit - firstUnit) * aacFrameSamples
  }
  const lastStretch = stretches.at(-1)
  if (!lastStretch) return null
  const behind = lastStretch.endUnit * aacFrameSamples - framesOf(last.toMs - last.segment.startedAt)
  const endSample = decodedSamples - Math.max(0, behind)
  if (endSample <= startSample) return null
  const seconds = millisecondsOf(endSample - startSample) / 1000
  const missing = (toMs - fromMs) / 1000 - seconds
  const gapSeconds = missing < leastGapSeconds ? 0 : Math.round(missing * 10) / 10
  return { stretches, startSample, endSample, seconds, gapSeconds, bytes: bytesOf(stretches) }
}

function leadIn(segments: Segments, segment: Segment, firstUnit: number): { stretches: Stretch[]; firstUnit: number } {
  if (firstUnit >= prerollUnits) return { stretches: [], firstUnit: firstUnit - prerollUnits }
  const before = segments.before(segment)
  if (!before) return { stretches: [], firstUnit: 0 }
  const units = Math.ceil(before.frames / aacFrameSamples)
  const stretch = { segment: before, firstUnit: Math.max(0, units - prerollUnits), endUnit: units }
  return { stretches: [stretch], firstUnit: 0 }
}

const bytesOf = (stretches: readonly Stretch[]): number =>
  Math.round(
    stretches.reduce(
      (sum, { segment, firstUnit, endUnit }) =>
        sum + (segment.bytes * (endUnit - firstUnit) * aacFrameSamples) / Math.max(1, segment.frames),
      0,
    ),
  )

/** The bytes of a cut, file by file. A file that is gone or damaged is left out, and said so. */
export async function* soundOf(
  cut: Pick<Cut, 'stretches'>,
  folder: string,
  log: Log,
): AsyncGenerator<Buffer, void, void> {
  for (const { segment, firstUnit, endUnit } of cut.stretches) {
    const bytes = await readFile(join(folder, segment.path)).catch(() => null)
    const header = bytes && readSegmentHeader(bytes)
    if (!bytes || !header) {
      log.warn('A recorded file cannot be read.', { file: segment.path })
      continue
    }
    const { offsets, end } = frameOffsets(bytes, header.soundAt)
    const from = offsets[firstUnit]
    if (from !== undefined) yield bytes.subarray(from, offsets[endUnit] ?? end)
  }
}
