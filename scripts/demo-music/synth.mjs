// A small synthesiser for the demo music: instruments write notes into a stereo buffer; a reverb glues them together.
export const rate = 48_000

/** Repeatable noise, so that the same script always makes the same music. */
export function createRandom(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

export const frequency = (midi) => 440 * 2 ** ((midi - 69) / 12)
const smooth = (from, to, value) => {
  const x = Math.min(1, Math.max(0, (value - from) / (to - from)))
  return x * x * (3 - 2 * x)
}

export class Mix {
  constructor(seconds) {
    this.frames = Math.round(seconds * rate)
    this.left = new Float32Array(this.frames)
    this.right = new Float32Array(this.frames)
    this.send = new Float32Array(this.frames)
  }

  /** Adds `samples` at `atSeconds`; pan −1 (left) to 1, send 0 to 1 to the reverb. */
  add(samples, atSeconds, { gain = 1, pan = 0, send = 0.2 } = {}) {
    const start = Math.round(atSeconds * rate)
    const angle = ((pan + 1) * Math.PI) / 4
    const toLeft = Math.cos(angle) * gain
    const toRight = Math.sin(angle) * gain
    for (let index = 0; index < samples.length && start + index < this.frames; index += 1) {
      const sample = samples[index]
      this.left[start + index] += sample * toLeft
      this.right[start + index] += sample * toRight
      this.send[start + index] += sample * send * gain
    }
  }
}

/** A warm pad: three detuned partial stacks under a slow envelope and a low-pass that opens and closes. */
export function pad(midi, seconds, { brightness = 6, random }) {
  const length = Math.round((seconds + 1.2) * rate)
  const out = new Float32Array(length)
  for (const detune of [-0.06, 0, 0.07]) {
    const base = frequency(midi + detune)
    for (let partial = 1; partial <= brightness; partial += 1) {
      const phase = random() * Math.PI
      const level = 0.05 / partial ** 1.35
      const step = (2 * Math.PI * base * partial) / rate
      for (let index = 0; index < length; index += 1) out[index] += Math.sin(phase + step * index) * level
    }
  }
  const attack = Math.min(0.9, seconds * 0.35) * rate
  const releaseFrom = seconds * rate
  for (let index = 0; index < length; index += 1) {
    out[index] *= smooth(0, attack, index) * (1 - smooth(releaseFrom, length - 1, index))
  }
  return out
}

/** A plucked string after Karplus and Strong (1983): a burst of noise in a damped delay line. */
export function pluck(midi, seconds, { damping = 0.996, random }) {
  const period = Math.round(rate / frequency(midi))
  const line = Float32Array.from({ length: period }, () => random())
  for (let pass = 0; pass < 3; pass += 1) {
    for (let index = 1; index < period; index += 1) line[index] = (line[index] + line[index - 1]) / 2
  }
  const length = Math.round(seconds * rate)
  const out = new Float32Array(length)
  for (let index = 0; index < length; index += 1) {
    const at = index % period
    out[index] = line[at] * (1 - smooth(length * 0.7, length - 1, index))
    line[at] = ((line[at] + line[(at + 1) % period]) / 2) * damping
  }
  return out
}

/** A soft electric piano: frequency modulation with a falling index. */
export function keys(midi, seconds) {
  const length = Math.round(seconds * rate)
  const step = (2 * Math.PI * frequency(midi)) / rate
  return Float32Array.from({ length }, (_, index) => {
    const time = index / rate
    const modulation =
      Math.sin(step * index * 14) * 0.35 * Math.exp(-time * 9) + Math.sin(step * index) * 0.9 * Math.exp(-time * 2.2)
    const shape = Math.min(1, time * 250) * Math.exp(-time * 1.7) * (1 - smooth(length * 0.8, length - 1, index))
    return Math.sin(step * index + modulation) * shape * 0.5
  })
}

export function bass(midi, seconds) {
  const length = Math.round(seconds * rate)
  const step = (2 * Math.PI * frequency(midi)) / rate
  return Float32Array.from({ length }, (_, index) => {
    const time = index / rate
    const tone =
      Math.sin(step * index) +
      0.35 * Math.sin(2 * step * index) * Math.exp(-time * 5) +
      0.12 * Math.sin(3 * step * index) * Math.exp(-time * 9)
    return Math.tanh(tone * 1.2) * 0.42 * Math.min(1, time * 120) * (1 - smooth(length * 0.75, length - 1, index))
  })
}

export const kick = () =>
  Float32Array.from({ length: Math.round(0.32 * rate) }, (_, index) => {
    const time = index / rate
    return Math.sin(2 * Math.PI * (46 * time + 3.2 * (1 - Math.exp(-time * 34)))) * Math.exp(-time * 13) * 0.8
  })

function noiseHit(seconds, decay, { random, highPass }) {
  let held = 0
  let before = 0
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, index) => {
    const input = random()
    held = highPass * (held + input - before)
    before = input
    return held * Math.exp((-index / rate) * decay)
  })
}
export const snare = (random) => {
  const hit = noiseHit(0.22, 24, { random, highPass: 0.82 })
  return hit.map(
    (sample, index) =>
      sample * 0.32 + Math.sin((2 * Math.PI * 190 * index) / rate) * Math.exp((-index / rate) * 38) * 0.25,
  )
}
export const hat = (random, decay = 80) =>
  noiseHit(0.12, decay, { random, highPass: 0.35 }).map((sample) => sample * 0.14)

/** Reverb after Schroeder (1962): parallel combs, then all-passes, decorrelated left and right. */
function reverb(input, offset) {
  const out = new Float32Array(input.length)
  for (const [delay, feedback] of [
    [1687, 0.84],
    [1861, 0.83],
    [2053, 0.82],
    [2251, 0.81],
    [2593, 0.8],
    [2887, 0.79],
  ]) {
    const size = delay + offset
    const line = new Float32Array(size)
    let filtered = 0
    for (let index = 0, at = 0; index < input.length; index += 1, at = (at + 1) % size) {
      const delayed = line[at]
      filtered = delayed * 0.7 + filtered * 0.3
      line[at] = input[index] + filtered * feedback
      out[index] += delayed * 0.16
    }
  }
  for (const delay of [347, 113, 37]) {
    const line = new Float32Array(delay + (offset % 17))
    for (let index = 0, at = 0; index < out.length; index += 1, at = (at + 1) % line.length) {
      const delayed = line[at]
      const value = out[index] + delayed * 0.6
      line[at] = value
      out[index] = delayed - value * 0.6
    }
  }
  return out
}

/** @returns interleaved stereo, with reverb, faded at the end where asked, peaking at −3 dBFS */
export function master(mix, { fadeOutSeconds = 0 } = {}) {
  const wetLeft = reverb(mix.send, 0)
  const wetRight = reverb(mix.send, 71)
  const out = new Float32Array(mix.frames * 2)
  const fadeFrom = mix.frames - fadeOutSeconds * rate
  let peak = 0
  for (let index = 0; index < mix.frames; index += 1) {
    const fade = fadeOutSeconds > 0 ? 1 - smooth(fadeFrom, mix.frames - 1, index) : 1
    out[2 * index] = Math.tanh((mix.left[index] + wetLeft[index]) * 0.9) * fade
    out[2 * index + 1] = Math.tanh((mix.right[index] + wetRight[index]) * 0.9) * fade
    peak = Math.max(peak, Math.abs(out[2 * index]), Math.abs(out[2 * index + 1]))
  }
  const gain = 10 ** (-3 / 20) / peak
  return out.map((sample) => sample * gain)
}
