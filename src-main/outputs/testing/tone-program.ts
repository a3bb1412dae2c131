// For tests and benchmarks: plays the engine's part and writes a tone into a ring in real time.
import { createProgramRing, ProgramWriter, sampleRate } from '../../playout/program-ring'

const blockFrames = 960

export interface ToneProgram {
  ring: SharedArrayBuffer
  writer: ProgramWriter
  /** Frequency in Hz and level from now on; 0 Hz is silence. */
  play(frequencyHz: number, level?: number): { atFrame: number; atMs: number }
  /** Something else than a sine from now on. */
  sing(sound: (frame: number) => number): void
  /** Nothing is written while paused, as when the engine is replaced. */
  pause(paused: boolean): void
  goOffAir(): void
  goOnAir(): void
  stop(): void
}

/** Something like music, the same every time: chords of a quarter of a second that die away. @param song tells songs apart */
export function madeUpMusic(song = 1): (frame: number) => number {
  const stepFrames = sampleRate / 4
  const hash = (value: number) => Math.abs(Math.sin(value * 12.9898 + song * 78.233) * 43_758.5453) % 1
  return (frame) => {
    const step = Math.floor(frame / stepFrames)
    const seconds = (frame - step * stepFrames) / sampleRate
    const swell = Math.min(1, seconds * 200) * Math.exp(-seconds * (2 + 8 * hash(step * 7)))
    let value = 0
    for (let voice = 0; voice < 4; voice++) {
      const hz = 110 * 2 ** (Math.floor(hash(step * 5 + voice) * 54) / 12)
      value += Math.sin(2 * Math.PI * hz * seconds)
    }
    return value * 0.18 * swell * (0.3 + 0.7 * hash(step * 3))
  }
}

/** A station that is on air with a sine, block by block, at most one block ahead of the clock. @param sound in place of the sine */
export function startToneProgram(
  ring: SharedArrayBuffer = createProgramRing(),
  { noise = 0, sound = null }: { noise?: number; sound?: ((frame: number) => number) | null } = {},
): ToneProgram {
  const writer = new ProgramWriter(ring)
  const block = new Float32Array(blockFrames * 2)
  let song = sound
  let frequencyHz = 440
  let level = 0.3
  let phase = 0
  let onAir = false
  let paused = false
  let startMs = 0
  let startFrame = 0
  const renderBlock = () => {
    const from = writer.writtenFrames()
    for (let index = 0; index < blockFrames; index++) {
      const tone = frequencyHz === 0 ? 0 : Math.sin(phase) * level
      const value = (song ? song(from + index) : tone) + (Math.random() - 0.5) * noise
      block[index * 2] = value
      block[index * 2 + 1] = value
      phase += (2 * Math.PI * frequencyHz) / sampleRate
    }
    writer.write(block)
  }
  const due = () => startFrame + ((Date.now() - startMs) / 1000) * sampleRate
  const timer = setInterval(() => {
    while (onAir && !paused && writer.writtenFrames() < due()) renderBlock()
  }, 5)
  const anchor = () => {
    startMs = Date.now()
    startFrame = writer.writtenFrames()
    writer.anchor(startFrame, startMs)
  }
  const program: ToneProgram = {
    ring,
    writer,
    sing(newSound) {
      song = newSound
    },
    play(frequency, newLevel = 0.3) {
      song = null
      frequencyHz = frequency
      level = newLevel
      phase = 0
      const atFrame = writer.writtenFrames()
      return { atFrame, atMs: writer.epochMsOf(atFrame) }
    },
    pause(value) {
      paused = value
      if (!paused) anchor()
    },
    goOffAir() {
      onAir = false
      writer.setOnAir(false)
    },
    goOnAir() {
      anchor()
      onAir = true
      writer.setOnAir(true)
    },
    stop() {
      clearInterval(timer)
      program.goOffAir()
    },
  }
  program.goOnAir()
  return program
}
