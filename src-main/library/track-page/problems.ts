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

/** `{name}` is a value. The studio's message files have the same sentences under the same names. */
const sentences = {
  missing: 'The file is not where it was.',
  undecodable: '{why}',
  lowBitRate: '{format} at {kbps} kbit/s: below {least} kbit/s the loss can be heard.',
  rate: 'Its sample rate is {hz} Hz, where 44,100 or 48,000 is usual.',
  lowRate: 'Its sample rate is {hz} Hz, where 44,100 or 48,000 is usual. It has nothing above {top} kHz.',
  flat: 'It is clipped: {samples} samples lie flat at the highest level ({level} dBFS).',
  over: 'Its peaks reach {level} dBFS when decoded: the master was at its limit.',
  silent: 'It is silent from beginning to end.',
  silence: 'It is silent for {seconds} s from {at} on.',
  oneChannel: 'It has one channel.',
  left: 'Its left channel is silent: it is heard on one side alone.',
  right: 'Its right channel is silent: it is heard on one side alone.',
  sameChannels: 'Both channels are the same: it is mono in a stereo file.',
  misread: 'The {field} in the file reads “{text}” and was taken for “{meant}”: writing the tags puts the file right.',
  lostLetters: 'The {field} has letters that were lost: “{text}”.',
  garbled: 'The {field} reads “{text}”: it was probably “{meant}”.',
}
type Sentence = keyof typeof sentences

function say(
  severity: Found['severity'],
  problem: TrackProblem,
  sentence: Sentence,
  values: Found['values'] = {},
): Found {
  const text = sentences[sentence].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
  return { problem, severity, text, sentence, values }
}
const bad = (problem: TrackProblem, sentence: Sentence, values?: Found['values']) =>
  say('bad', problem, sentence, values)
const notice = (problem: TrackProblem, sentence: Sentence, values?: Found['values']) =>
  say('notice', problem, sentence, values)

function fileProblems(row: TrackRow): Found[] {
  const found: Found[] = []
  const { format, bitrateKbps, sampleRateHz } = row
  if (row.missing) found.push(bad('missing', 'missing'))
  else if (row.state === 'failed') {
    found.push(bad('undecodable', 'undecodable', { why: row.problem ?? 'The file cannot be played.' }))
  }
  const least = leastKbps[format] ?? 0
  if (lossy.test(format) && bitrateKbps !== null && bitrateKbps < least) {
    found.push(notice('lowBitRate', 'lowBitRate', { format, kbps: Math.round(bitrateKbps), least }))
  }
  if (sampleRateHz !== null && !usualRates.includes(sampleRateHz)) {
    const top = (sampleRateHz / 2000).toFixed(1)
    found.push(notice('sampleRate', sampleRateHz < 44_100 ? 'lowRate' : 'rate', { hz: sampleRateHz, top }))
  }
  return found
}

function soundProblems({ row, figures, silences }: Looked): Found[] {
  const found: Found[] = []
  const peak = figures?.samplePeakDbfs ?? null
  if (figures && figures.flatTops > 0 && (peak ?? -99) > -6) {
    found.push(bad('clipped', 'flat', { samples: figures.flatTops, level: level(peak) }))
  } else if (figures && (peak ?? 0) > overDb) {
    found.push(notice('clipped', 'over', { level: level(peak) }))
  }
  if (figures && (peak ?? 0) < silentDbfs) return [bad('longSilence', 'silent')]
  if (row.channels === 1) found.push(notice('mono', 'oneChannel'))
  else if (figures?.silentSide) found.push(bad('mono', figures.silentSide))
  else if (figures?.channelsAlike) found.push(notice('mono', 'sameChannels'))
  for (const { fromSeconds, toSeconds } of silences) {
    const seconds = toSeconds - fromSeconds
    if (seconds < longSilenceSeconds) continue
    found.push(bad('longSilence', 'silence', { seconds: seconds.toFixed(1), at: clock(fromSeconds) }))
  }
  return found
}

function textProblems({ row, misread = [] }: Looked): Found[] {
  const fields = ['title', 'artist', 'album', 'genre', 'comment', 'composer', 'label'] as const
  const inFile = misread.map(({ field, text, meant }) => notice('mojibake', 'misread', { field, text, meant }))
  const inLibrary = fields.flatMap((field) => {
    const text = row[field]
    if (text.includes('\ufffd')) return [notice('mojibake', 'lostLetters', { field, text })]
    const meant = repairText(text)
    return meant === text.trim() || meant === '' ? [] : [notice('mojibake', 'garbled', { field, text, meant })]
  })
  return [...inLibrary, ...inFile]
}

const level = (decibels: number | null): string => {
  const value = decibels ?? 0
  return `${value > 0 ? '+' : ''}${value.toFixed(1).replace('-', '−')}`
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
