// The loudness another program wrote into a file: ReplayGain, or R128 in Opus.
import { type IAudioMetadata, parseFromTokenizer } from 'music-metadata'
import { recognise } from './container'
import { WindowedFile } from './windowed-file'

export interface GainTag {
  source: 'ReplayGain' | 'R128'
  /** Of the track, towards the tag's own reference. */
  gainDb: number
  /** The loudness this says the track has: ReplayGain 2 aims at -18 LUFS, R128 at -23. */
  lufs: number
  /** Sample peak in dBFS, where it was written down. */
  peakDbfs: number | null
}

const replayGainLufs = -18
const r128Lufs = -23
const likelyGainDb = 60

/** @returns null where there is none, or none that makes sense */
export async function readGainTag(path: string): Promise<GainTag | null> {
  const file = new WindowedFile(path, new Uint8Array(65_536))
  try {
    const { mimeType } = recognise(file)
    file.setPosition(0)
    file.fileInfo.mimeType = mimeType
    return gainTagOf(await parseFromTokenizer(file, { duration: false, skipCovers: true }))
  } catch {
    // Tags that cannot be read say nothing.
    return null
  } finally {
    file.closeNow()
  }
}

function gainTagOf(metadata: IAudioMetadata): GainTag | null {
  const { replaygain_track_gain: gain, replaygain_track_peak: peak } = metadata.common
  const r128 = r128Gain(metadata)
  if (r128 !== null && Math.abs(r128) <= likelyGainDb) {
    return { source: 'R128', gainDb: r128, lufs: round(r128Lufs - r128), peakDbfs: null }
  }
  if (!gain || !Number.isFinite(gain.dB) || Math.abs(gain.dB) > likelyGainDb) return null
  const ratio = peak && peak.ratio > 0 ? peak.ratio : null
  return {
    source: 'ReplayGain',
    gainDb: round(gain.dB),
    lufs: round(replayGainLufs - gain.dB),
    peakDbfs: ratio === null ? null : round(20 * Math.log10(ratio)),
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

/** Q7.8 fixed point after RFC 7845, in any kind of tag. */
function r128Gain({ native }: IAudioMetadata): number | null {
  for (const tags of Object.values(native)) {
    const tag = tags.find(({ id }) => /^(TXXX:)?R128_TRACK_GAIN$/i.test(id))
    const value = Number(tag?.value)
    if (tag && Number.isInteger(value)) return value / 256
  }
  return null
}
