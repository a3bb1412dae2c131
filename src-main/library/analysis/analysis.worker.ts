// Measures one track after the other, at the lowest priority, away from everything that sounds.
import { setPriority } from 'node:os'
import { parentPort, threadId } from 'node:worker_threads'
import { makeThumbnail } from '../artwork-store'
import { hashFile } from '../hash-file'
import { serve } from '../worker-pool-side'
import { findCues } from './cues'
import { DecoderUnavailable, decodeAndMeasure } from './decode'
import type { AnalysisAnswer, AnalysisRequest } from './protocol'
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

async function analyse(request: Extract<AnalysisRequest, { type: 'analyse' }>): Promise<AnalysisAnswer> {
  const { path, ffmpegPath, nice } = request
  lowerPriority(nice)
  try {
    const measured = await decodeAndMeasure({
      ffmpegPath,
      path,
      nice,
      name: `analysis.${threadId}`,
      onState: (state) => parentPort?.postMessage({ type: 'process', state }),
    })
    if (request.artwork) await makeThumbnail(request.artworkFolder, request.artwork)
    const { frames, sampleRateHz, channels, lufs, loudnessRangeLu, truePeakDbtp } = measured
    const durationSeconds = frames / sampleRateHz
    const figures = { durationSeconds, sampleRateHz, channels, lufs, loudnessRangeLu, truePeakDbtp, peaksPerSecond }
    return { ok: true, analysis: { ...figures, ...findCues(measured), ...drawPeaks(measured) } }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, why, unavailable: error instanceof DecoderUnavailable }
  }
}

serve<AnalysisRequest>(async (request) => (request.type === 'hash' ? hashFile(request.path) : analyse(request)))
