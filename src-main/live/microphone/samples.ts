// Between the link's 16-bit samples and the engine's stereo floats.

/** @param payload little-endian 16-bit samples; an odd rest is left out */
export function floatsOf(payload: Uint8Array, channels: 1 | 2): Float32Array<ArrayBuffer> {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const frames = Math.floor(payload.byteLength / 2 / channels)
  const samples = new Float32Array(frames * 2)
  for (let frame = 0; frame < frames; frame++) {
    const left = view.getInt16(frame * channels * 2, true) / 32_768
    samples[frame * 2] = left
    samples[frame * 2 + 1] = channels === 1 ? left : view.getInt16(frame * 4 + 2, true) / 32_768
  }
  return samples
}

/** @returns the same as little-endian 16-bit samples, as many channels */
export function shortsOf(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length * 2)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < samples.length; index++) {
    view.setInt16(index * 2, Math.max(-32_768, Math.min(32_767, Math.round(samples[index]! * 32_767))), true)
  }
  return bytes
}
