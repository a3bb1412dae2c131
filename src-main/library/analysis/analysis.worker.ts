// Measures one track after the other, at the lowest priority, away from everything that sounds.
import { setPriority } from 'node:os'
import { parentPort, threadId } from 'node:worker_threads'
import { makeThumbnail } from '../artwork-store'
import { hashFile } from '../hash-file'
import { readGainTag } from '../tags/gain-tag'
import { serve } from '../worker-pool-side'
import { findCues } from './cues'
import { DecoderUnavailable, decodeAndMeasure } from './decode'
import { packMomentary } from './momentary'
import { findKey } from './musical-key'
import type { Analysis, AnalysisAnswer, AnalysisRequest } from './protocol'
import type { Sketch } from './sketch'
import { energyOf, estimateIntroEnd } from './structure'
import { findTempo } from './tempo'
import type { Measured } from './track-meter'
import { drawPeaks, peaksPerSecond } from './waveform'

// Linux sets the priority of this thread alone; elsewhere it would be the whole station's.
const ownPriority = process.platform === 'linux'

function lowerPriority(nice: number): void {
  if (!ownPriority) return
  try {
    setPriority(nice)
  } catch {
    // Only root may raise it again; it stays low then.
  }
}

/** Of digital silence. */
const nothingHeard = { tempoBpm: null, tempoConfidence: 0, musicalKey: null, keyConfidence: 0 }

function conclude(measured: Measured, sketch: Sketch): Omit<Analysis, 'gainTag'> {
  const { frames, sampleRateHz, channels, lufs, loudnessRangeLu, truePeakDbtp } = measured
  const cues = findCues(measured, sketch)
  return {
    ...{ durationSeconds: frames / sampleRateHz, sampleRateHz, channels, lufs, loudnessRangeLu, truePeakDbtp },
    ...cues,
    ...(lufs === null ? nothingHeard : { ...findTempo(sketch), ...findKey(sketch) }),
    introEndSeconds: estimateIntroEnd(sketch, cues.cueInSeconds, cues.cueOutSeconds),
    energy: energyOf(measured, sketch),
    ...drawPeaks(measured),
    peaksPerSecond,
    momentary: packMomentary(measured.momentaryEnergies),
  }
}

async function analyse(request: Extract<AnalysisRequest, { type: 'analyse' }>): Promise<AnalysisAnswer> {
  const { path, ffmpegPath, nice } = request
  lowerPriority(nice)
  try {
    const { measured, sketch } = await decodeAndMeasure({
      ffmpegPath,
      path,
      nice,
      name: `analysis.${threadId}`,
      onState: (state) => parentPort?.postMessage({ type: 'process', state }),
    })
    if (request.artwork) await makeThumbnail(request.artworkFolder, request.artwork)
    return { ok: true, analysis: { ...conclude(measured, sketch), gainTag: await readGainTag(path) } }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, why, unavailable: error instanceof DecoderUnavailable }
  }
}

serve<AnalysisRequest>(async (request) => (request.type === 'hash' ? hashFile(request.path) : analyse(request)))
