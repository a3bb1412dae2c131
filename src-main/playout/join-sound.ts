// The sound of one join: the end of one item and the begin of the next through the whole engine, as a WAV file in memory.
// Used by the transition lab.
import { StationError } from '@contract/errors'
import { ffmpegDecoders } from './engine/decoder-process'
import { limiterDelayFrames } from './engine/dsp/limiter'
import { renderOffline } from './engine/offline'
import type { EngineConfiguration, EngineItem } from './engine/protocol'
import { beginOf, endOf } from './planned-join'
import { channels, sampleRate } from './program-ring'
import { wavOf } from './wav-file'

export interface JoinSound {
  /** 16 bits, stereo, 48 kHz. */
  wav: Uint8Array<ArrayBuffer>
  /** Where the second item begins in it. */
  joinAtSeconds: number
  overlapSeconds: number
  seconds: number
}

export interface JoinToRender {
  from: EngineItem
  to: EngineItem
  /** Where the second begins, in seconds of the first one's file. */
  beginsAt: number
  /** How much of each is rendered. */
  seconds: number
  configuration: EngineConfiguration
  ffmpegPath: string
}

/** So much is rendered before what is heard, so that the levelling has settled as it will have on air. */
const settleSeconds = 3

/** @throws StationError `unprocessable` when one of the files gives no sound */
export async function renderJoin(job: JoinToRender): Promise<JoinSound> {
  const { from, to, beginsAt, seconds, configuration, ffmpegPath } = job
  const audible = Math.max(beginOf(from), beginsAt - seconds)
  const startAtSeconds = Math.max(beginOf(from), audible - settleSeconds)
  const toSeconds = endOf(to) > beginOf(to) ? Math.min(seconds, endOf(to) - beginOf(to)) : seconds
  const left: EngineItem[] = [startAtSeconds > beginOf(from) ? { ...from, startAtSeconds } : from, to]
  const pieces: Float32Array[] = []
  let join: { atFrame: number; overlapSeconds: number } | null = null
  const blocks = renderOffline({
    openDecoder: ffmpegDecoders({ ffmpegPath, quickSeek: true }),
    configuration: { ...configuration, fallbackPath: null },
    supply: () => left.shift() ?? null,
    seconds: beginsAt - startAtSeconds + toSeconds + limiterDelayFrames / sampleRate,
  })
  for await (const { samples, events } of blocks) {
    pieces.push(samples.slice())
    for (const event of events) {
      if (event.type === 'failed') throw new StationError('unprocessable', `A file gives no sound: ${event.why}`)
      if (event.type === 'started' && event.itemId === to.id) {
        join = { atFrame: event.atFrame, overlapSeconds: event.join.overlapSeconds }
      }
    }
  }
  if (!join) throw new StationError('unprocessable', 'The first of the two did not come to its end.')
  const skipped = Math.round((audible - startAtSeconds) * sampleRate) + limiterDelayFrames
  const lastFrame = join.atFrame + Math.round(toSeconds * sampleRate)
  const sound = concatenated(pieces).subarray(skipped * channels, lastFrame * channels)
  return {
    wav: wavOf(sound),
    joinAtSeconds: (join.atFrame - skipped) / sampleRate,
    overlapSeconds: join.overlapSeconds,
    seconds: sound.length / channels / sampleRate,
  }
}

function concatenated(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
