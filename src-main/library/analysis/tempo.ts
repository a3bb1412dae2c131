// Estimates the tempo of a track. Used by this folder alone.
import { findPulse, refineTempo, type TempoCandidate, tempoCandidates } from './pulse'
import type { Sketch } from './sketch'

export interface Tempo {
  /** Null where nothing repeats. */
  tempoBpm: number | null
  /** 0 to 1: how plainly there is a pulse at all, and how sure it is that this is its beat and not half or double of it. */
  tempoConfidence: number
}

/**
 * How much each feature of a candidate speaks for it: self-similarity at parts and multiples of its beat, in all ranges
 * together and in low, middle and high ones, then the distance from 115 bpm. Learned by softmax ranking on rendered pieces.
 */
// biome-ignore format: a row for each range, a column for each distance
const weights = [
  [-0.43, -0.49, -0.24, -0.39, -0.35, 1.16, -0.72, -0.11, 0.24, 0.73, 1.16, -0.02, 0.28],
  [-0.49, -0.19, -0.31, -0.2, -0.21, 0.06, -0.39, -0.45, 0.57, -0.17, 1.48, 0.49, 0.06],
  [-0.47, -0.53, -0.15, -0.37, -0.46, 1.33, -0.72, 0.26, -0.06, 0.75, 1.14, -0.42, 0.18],
  [-0.34, -0.58, 0.28, -0.34, -0.39, 0.8, -0.61, 0.19, -0.28, 0.57, 0.7, -0.38, 0.22],
  [0.34, -2.18],
].flat()

/**
 * Onsets in three ranges, their self-similarity, a choice among the likely beats (as Percival and Tzanetakis 2014 and
 * Schreiber and Müller 2017 settle octaves by learning), refined over the whole track to a few thousandths.
 */
export function findTempo(sketch: Sketch): Tempo {
  const pulse = findPulse(sketch)
  const candidates = pulse ? tempoCandidates(pulse) : []
  if (!pulse || candidates.length === 0) return { tempoBpm: null, tempoConfidence: 0 }
  const scores = candidates.map(scoreOf)
  const highest = Math.max(...scores)
  const best = candidates[scores.indexOf(highest)] as TempoCandidate
  const share = 1 / scores.reduce((sum, score) => sum + Math.exp(score - highest), 0)
  const beat = (60 / best.bpm) * pulse.perSecond
  const steadiness = Math.max(0, ...[1, 2, 4].map((beats) => pulse.similarities[0]?.[Math.round(beat * beats)] ?? 0))
  if (steadiness < leastSteadiness) return { tempoBpm: null, tempoConfidence: 0 }
  return {
    tempoBpm: Math.round(refineTempo(pulse, best.bpm) * 100) / 100,
    tempoConfidence: Math.round(share * Math.min(1, steadiness / 0.35) * 100) / 100,
  }
}

/** Below this nothing comes back: speech, or a pad. */
const leastSteadiness = 0.03

const scoreOf = ({ features }: TempoCandidate): number =>
  features.reduce((sum, feature, index) => sum + feature * (weights[index] as number), 0)
