// Notices a microphone that is hard to understand: its words compared with the music they are spoken over, as loud as that
// would be without ducking.
import { LoudnessMeter, lufsOf } from './dsp/loudness'
import { blockFrames, gainOf, sampleRate } from './format'
import type { LiveSource } from './live-source'

/** A voice this far under the music is too quiet; it is well again at this much less. */
const warnLu = 4
const wellLu = 3
/** Of words, not of time: pauses do not count. */
const speechSeconds = 10
const memorySeconds = 6
/** Music quieter than this hides no voice. */
const leastMusicLufs = -45
const blockSeconds = blockFrames / sampleRate
const share = 1 - Math.exp(-blockSeconds / memorySeconds)

interface Voice {
  spokenSeconds: number
  voiceEnergy: number
  musicEnergy: number
  tooQuiet: boolean
  seenBlock: number
}

export type TellVoice = (sourceId: string, tooQuiet: boolean, underLu: number) => void

export class VoiceWatch {
  private readonly music = new LoudnessMeter()
  private readonly voices = new Map<string, Voice>()
  private block = 0

  constructor(private readonly tell: TellVoice) {}

  /** Takes one block of music before it is ducked. To be called while a source talks over it, then `hear` for each source. */
  takeMusic(music: Float32Array): void {
    this.block++
    this.music.process(music)
  }

  hear({ sourceId, leveller }: LiveSource): void {
    const voice = this.voices.get(sourceId) ?? this.newVoice(sourceId)
    voice.seenBlock = this.block
    if (!leveller.sounding || this.music.momentaryLufs() < leastMusicLufs) return
    voice.spokenSeconds += blockSeconds
    const gain = gainOf(leveller.addedDb)
    const part = Math.max(share, blockSeconds / voice.spokenSeconds)
    voice.voiceEnergy += (leveller.momentaryEnergy * gain * gain - voice.voiceEnergy) * part
    voice.musicEnergy += (this.music.momentaryEnergy() - voice.musicEnergy) * part
    if (voice.spokenSeconds < speechSeconds) return
    const underLu = lufsOf(voice.musicEnergy) - lufsOf(voice.voiceEnergy)
    const tooQuiet = underLu >= (voice.tooQuiet ? wellLu : warnLu)
    if (tooQuiet === voice.tooQuiet) return
    voice.tooQuiet = tooQuiet
    this.tell(sourceId, tooQuiet, underLu)
  }

  /** Forgets sources that do not talk any more. To be called once a block. */
  retire(): void {
    for (const [sourceId, { seenBlock, tooQuiet }] of this.voices) {
      if (seenBlock === this.block) continue
      this.voices.delete(sourceId)
      if (tooQuiet) this.tell(sourceId, false, 0)
    }
  }

  /** Nobody talks over music now. */
  rest(): void {
    if (this.voices.size === 0) return
    this.block++
    this.retire()
  }

  private newVoice(sourceId: string): Voice {
    const voice = { spokenSeconds: 0, voiceEnergy: 0, musicEnergy: 0, tooQuiet: false, seenBlock: this.block }
    this.voices.set(sourceId, voice)
    return voice
  }
}
