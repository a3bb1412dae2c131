import { describe, expect, it } from 'vitest'
import { blockFrames } from './format'
import { LiveSource } from './live-source'
import { sine } from './testing/sound'
import { VoiceWatch } from './voice-watch'

const blockLength = blockFrames * 2

/** Speaks at one level over music at another and tells what was said of it. */
function desk(musicLevel: number) {
  const said: { tooQuiet: boolean; underLu: number }[] = []
  const watch = new VoiceWatch((_, tooQuiet, underLu) => said.push({ tooQuiet, underLu }))
  const source = new LiveSource('anna', 'Anna', 0)
  const music = sine(1, 1000, musicLevel)
  const speak = (seconds: number, level: number) => {
    const voice = sine(1, 1000, level)
    for (let block = 0; block < seconds * 50; block++) {
      const at = (block % 50) * blockLength
      source.push(voice.subarray(at, at + blockLength), block * blockFrames)
      watch.takeMusic(music.subarray(at, at + blockLength))
      watch.hear(source)
      watch.retire()
    }
  }
  return { said, watch, speak }
}

describe('a microphone over music', () => {
  it('is told once after ten seconds of words 4 LU and more under the music, and again when it is well', () => {
    const { said, speak } = desk(0.2)
    speak(9, 0.1)
    expect(said).toEqual([])
    speak(3, 0.1)
    expect(said).toHaveLength(1)
    expect(said[0]?.tooQuiet).toBe(true)
    expect(said[0]?.underLu).toBeCloseTo(6.02, 0)
    speak(30, 0.2)
    expect(said.map(({ tooQuiet }) => tooQuiet)).toEqual([true, false])
  })

  it('is left alone 3 LU under the music, and where there is no music', () => {
    const near = desk(0.2)
    near.speak(25, 0.142)
    const alone = desk(0.0001)
    alone.speak(25, 0.01)
    expect([near.said, alone.said]).toEqual([[], []])
  })

  it('is well when it goes off air', () => {
    const { said, watch, speak } = desk(0.3)
    speak(12, 0.05)
    watch.rest()
    expect(said.map(({ tooQuiet }) => tooQuiet)).toEqual([true, false])
  })
})
