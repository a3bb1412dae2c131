// Writes a WAV file of 16 bits, stereo, 48 kHz, block by block.
import { open } from 'node:fs/promises'
import { channels, sampleRate } from './program-ring'

const headerBytes = 44
const bytesPerSample = 2
/** A WAV file counts its bytes in 32 bits. */
export const longestWavSeconds = Math.floor((2 ** 32 - headerBytes) / (sampleRate * channels * bytesPerSample))

export interface WavFile {
  /** @param samples interleaved, −1 to 1 */
  write(samples: Float32Array): Promise<void>
  /** Writes the length into the header. @returns how many seconds were written */
  close(): Promise<number>
}

const gatheredBytes = 1 << 20

/** @throws what the file system throws when the file cannot be written */
export async function createWavFile(path: string): Promise<WavFile> {
  const file = await open(path, 'w')
  const gathered = Buffer.alloc(gatheredBytes)
  let filled = 0
  let dataBytes = 0
  const flush = async () => {
    if (filled > 0) await file.write(gathered, 0, filled)
    dataBytes += filled
    filled = 0
  }
  await file.write(header(0))
  return {
    async write(samples) {
      for (const sample of samples) {
        gathered.writeInt16LE(integerOf(sample), filled)
        filled += bytesPerSample
        if (filled === gatheredBytes) await flush()
      }
    },
    async close() {
      await flush()
      await file.write(header(dataBytes), 0, headerBytes, 0)
      await file.close()
      return dataBytes / (sampleRate * channels * bytesPerSample)
    },
  }
}

/** @param samples interleaved, −1 to 1. @returns the whole file */
export function wavOf(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(headerBytes + samples.length * bytesPerSample)
  file.set(header(samples.length * bytesPerSample))
  const view = new DataView(file.buffer)
  for (let index = 0; index < samples.length; index++) {
    view.setInt16(headerBytes + index * bytesPerSample, integerOf(samples[index] ?? 0), true)
  }
  return file
}

const integerOf = (sample: number) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767)))

function header(dataBytes: number): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  const frameBytes = channels * bytesPerSample
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(headerBytes - 8 + dataBytes, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(channels, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(sampleRate * frameBytes, 28)
  bytes.writeUInt16LE(frameBytes, 32)
  bytes.writeUInt16LE(bytesPerSample * 8, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(dataBytes, 40)
  return bytes
}
