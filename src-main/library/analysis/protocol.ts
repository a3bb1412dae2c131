// What the library's main side and its analysis threads say to each other.
import type { MeasuredCues } from './cues'

/** Raised when what is measured changes: everything is measured again then. */
export const analyserVersion = 1

export type AnalysisRequest =
  | { type: 'hash'; path: string }
  | { type: 'analyse'; path: string; ffmpegPath: string; artworkFolder: string; artwork: string | null; nice: number }

export interface Analysis extends MeasuredCues {
  durationSeconds: number
  sampleRateHz: number
  channels: number
  lufs: number | null
  loudnessRangeLu: number | null
  truePeakDbtp: number | null
  overview: Uint8Array
  peaks: Uint8Array
  peaksPerSecond: number
}

export type AnalysisAnswer = { ok: true; analysis: Analysis } | { ok: false; why: string; unavailable: boolean }
