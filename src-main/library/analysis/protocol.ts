// What the library's main side and its analysis threads say to each other.
import type { GainTag } from '../tags/gain-tag'
import type { MeasuredCues } from './cues'
import type { MusicalKey } from './musical-key'
import type { Tempo } from './tempo'

/** Raised when what is measured changes: everything is measured again then. */
export const analyserVersion = 2

export type AnalysisRequest =
  | { type: 'hash'; path: string }
  | { type: 'analyse'; path: string; ffmpegPath: string; artworkFolder: string; artwork: string | null; nice: number }

export interface Analysis extends MeasuredCues, Tempo, MusicalKey {
  durationSeconds: number
  sampleRateHz: number
  channels: number
  lufs: number | null
  loudnessRangeLu: number | null
  truePeakDbtp: number | null
  /** An estimate. */
  introEndSeconds: number
  /** 0 to 1; null for silence. */
  energy: number | null
  overview: Uint8Array
  peaks: Uint8Array
  peaksPerSecond: number
  /** Momentary loudness, packed. */
  momentary: Uint8Array
  /** What a tag of the file says of its loudness. */
  gainTag: GainTag | null
}

export type AnalysisAnswer = { ok: true; analysis: Analysis } | { ok: false; why: string; unavailable: boolean }
