// What may be wrong with a track, in sentences a person can act on. Pure.
import type { Inspection, TrackProblem } from '@contract/track-page'
import type { TrackRow } from '../catalogue/track-row'
import type { MisreadTag } from '../tags/misread-tags'
import { repairText } from '../tags/text-repair'
import type { SoundFigures } from './sound-look'

type Found = Inspection['problems'][number]

export interface Looked {
  row: TrackRow
  figures: SoundFigures | null
  /** A second or longer, between cue-in and cue-out. */
  silences: readonly { fromSeconds: number; toSeconds: number }[]
  misread?: readonly MisreadTag[]
}

const longSilenceSeconds = 4
/** Nothing in it is louder than this. */
const silentDbfs = -70
const lossy = /^(MP3|AAC|Opus|Ogg Vorbis|WMA|Speex)$/
/** Below this a codec is heard; Opus and AAC need less than MP3. */
const leastKbps: Record<string, number> = { MP3: 160, WMA: 160, 'Ogg Vorbis': 112, AAC: 112, Opus: 80, Speex: 1000 }
const usualRates = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000]
/** Decoding a lossy file goes a little over what was encoded; this much comes from a master at its limit. */
const overDb = 0.5

/** @returns the worst first */
export function problemsOf(looked: Looked): Found[] {
  const found = [...fileProblems(looked.row), ...soundProblems(looked), ...textProblems(looked)]
  return found.sort((one, other) => Number(other.severity === 'bad') - Number(one.severity === 'bad'))
}

const bad = (problem: TrackProblem, text: string): Found => ({ problem, severity: 'bad', text })
const notice = (problem: TrackProblem, text: string): Found => ({ problem, severity: 'notice', text })

function fileProblems(row: TrackRow): Found[] {
  const found: Found[] = []
  const { format, bitrateKbps, sampleRateHz } = row
  if (row.missing) found.push(bad('missing', 'The file is not where it was.'))
  else if (row.state === 'failed') found.push(bad('undecodable', row.problem ?? 'The file cannot be played.'))
  const least = leastKbps[format] ?? 0
  if (lossy.test(format) && bitrateKbps !== null && bitrateKbps < least) {
    found.push(
      notice(
        'lowBitRate',
        `${format} at ${Math.round(bitrateKbps)} kbit/s: below ${least} kbit/s the loss can be heard.`,
      ),
    )
  }
  if (sampleRateHz !== null && !usualRates.includes(sampleRateHz)) {
    const less = sampleRateHz < 44_100 ? ` It has nothing above ${(sampleRateHz / 2000).toFixed(1)} kHz.` : ''
    found.push(notice('sampleRate', `Its sample rate is ${sampleRateHz} Hz, where 44,100 or 48,000 is usual.${less}`))
  }
  return found
}

function soundProblems({ row, figures, silences }: Looked): Found[] {
  const found: Found[] = []
  if (figures && figures.flatTops > 0 && (figures.samplePeakDbfs ?? -99) > -6) {
    found.push(
      bad(
        'clipped',
        `It is clipped: ${figures.flatTops} samples lie flat at the highest level (${level(figures.samplePeakDbfs)} dBFS).`,
      ),
    )
  } else if (figures && (figures.samplePeakDbfs ?? 0) > overDb) {
    found.push(
      notice(
        'clipped',
        `Its peaks reach ${level(figures.samplePeakDbfs)} dBFS when decoded: the master was at its limit.`,
      ),
    )
  }
  if (figures && (figures.samplePeakDbfs ?? -200) < silentDbfs) {
    return [bad('longSilence', 'It is silent from beginning to end.')]
  }
  if (row.channels === 1) found.push(notice('mono', 'It has one channel.'))
  else if (figures?.silentSide)
    found.push(bad('mono', `Its ${figures.silentSide} channel is silent: it is heard on one side alone.`))
  else if (figures?.channelsAlike)
    found.push(notice('mono', 'Both channels are the same: it is mono in a stereo file.'))
  for (const { fromSeconds, toSeconds } of silences) {
    const seconds = toSeconds - fromSeconds
    if (seconds < longSilenceSeconds) continue
    found.push(bad('longSilence', `It is silent for ${seconds.toFixed(1)} s from ${clock(fromSeconds)} on.`))
  }
  return found
}

function textProblems({ row, misread = [] }: Looked): Found[] {
  const fields = ['title', 'artist', 'album', 'genre', 'comment', 'composer', 'label'] as const
  const inFile = misread.map(({ field, text, meant }) =>
    notice(
      'mojibake',
      `The ${field} in the file reads “${text}” and was taken for “${meant}”: writing the tags puts the file right.`,
    ),
  )
  const inLibrary = fields.flatMap((field) => {
    const text = row[field]
    if (text.includes('\ufffd')) return [notice('mojibake', `The ${field} has letters that were lost: “${text}”.`)]
    const repaired = repairText(text)
    if (repaired === text.trim() || repaired === '') return []
    return [notice('mojibake', `The ${field} reads “${text}”: it was probably “${repaired}”.`)]
  })
  return [...inLibrary, ...inFile]
}

const level = (decibels: number | null): string => {
  const value = decibels ?? 0
  return `${value > 0 ? '+' : ''}${value.toFixed(1).replace('-', '−')}`
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
