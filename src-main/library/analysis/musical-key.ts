// Estimates the key of a track. Used by this folder alone.
import { keyFeatures } from './key-features'
import type { Sketch } from './sketch'

export interface MusicalKey {
  /** 0 to 11 major from C on, 12 to 23 minor; null where there is no pitch. */
  musicalKey: number | null
  /** 0 to 1: how plainly the pitches are those of this key, and how far it stands out from its relatives. */
  keyConfidence: number
}

/** What each feature counts. Learned by softmax ranking on rendered pieces. */
const weights = [
  5.26, // the pitches fit the key's profile
  2.16, // those of the bass do
  1.89, // the bass plays the tonic
  2.41, // … and the fifth
  4.38, // the tonic triad is heard much
  0.8, // the major dominant
  -0.94, // the minor dominant, in minor
  1.69, // the subdominant
  0.59, // the relative's triad
  1.83, // it ends on the tonic triad
  1.47, // it begins on it
  3.22, // the bass ends on the tonic
  1.51, // its third is there, the other is not
  -0.63, // a leading note
  1.19, // it is minor
]

/**
 * Harmonic pitch classes (Gómez 2006), tuned to the track, against the profiles of all keys (Krumhansl 1990, Temperley
 * 2001), and what profiles cannot tell – a key from its relative and its dominant – from chords, bass and both ends
 * (as Noland and Sandler 2007 do by chords).
 */
export function findKey(sketch: Sketch): MusicalKey {
  const features = keyFeatures(sketch)
  if (!features) return { musicalKey: null, keyConfidence: 0 }
  const scores = features.map((each) =>
    each.reduce((sum, feature, index) => sum + feature * (weights[index] as number), 0),
  )
  const highest = Math.max(...scores)
  const musicalKey = scores.indexOf(highest)
  const share = 1 / scores.reduce((sum, score) => sum + Math.exp(score - highest), 0)
  const clarity = Math.max(0, Math.min(1, (features[musicalKey]?.[0] as number) / 0.7))
  return { musicalKey, keyConfidence: Math.round(share * clarity * 100) / 100 }
}
