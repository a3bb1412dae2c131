// Decodes a file with ffmpeg into a meter and a sketch: one process, its sound straight through a pipe.
import { type Child, type ProcessState, runOnce } from '../../processes'
import { type Sketch, Sketcher } from './sketch'
import { type Measured, TrackMeter } from './track-meter'

export interface DecodeOptions {
  ffmpegPath: string
  path: string
  /** Name of the process in the monitoring view. */
  name: string
  nice: number
  onState?: (state: ProcessState) => void
}

/** ffmpeg could not be started or was ended from outside: says nothing about the file. */
export class DecoderUnavailable extends Error {
  override readonly name = 'DecoderUnavailable'
}

const stallSeconds = 30
const formats = 'mp3,flac,ogg,mov,aac,wav,w64,aiff,asf'
const pieceBytes = 256 * 1024

/**
 * @returns what was measured
 * @throws Error with the reason in words when there is no sound in the file; DecoderUnavailable
 */
export async function decodeAndMeasure(options: DecodeOptions): Promise<{ measured: Measured; sketch: Sketch }> {
  const child = runOnce({
    name: options.name,
    job: 'analysis',
    command: options.ffmpegPath,
    args: decoderArguments(options.path),
    stdio: ['ignore', 'pipe', 'pipe'],
    nice: options.nice,
    stallSeconds,
    memoryLimitMb: 1024,
    onState: options.onState,
  })
  const ear = await pump(child)
  const exit = await child.done
  if (exit.reason === 'notStarted' || exit.signal || exit.reason === 'stopped' || exit.reason === 'memory') {
    throw new DecoderUnavailable(exit.message)
  }
  if (exit.reason === 'stalled') throw new Error('Decoding it stopped half-way.')
  const measured = ear?.meter.finish()
  if (!ear || !measured || measured.frames === 0) throw new Error(whyNothing(exit.stderrTail, options.path))
  if (exit.code !== 0) throw new Error(`Decoding it failed: ${lastWords(exit.stderrTail, options.path)}`)
  return { measured, sketch: ear.sketcher.finish() }
}

interface Ear {
  meter: TrackMeter
  sketcher: Sketcher
}

/** Its own sample rate, to spare the conversion; mono stays mono, anything with more channels becomes stereo. */
function decoderArguments(path: string): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', 'error', '-threads', '1'],
    // A text file named .mp3 must not make ffmpeg open other files or addresses.
    ...['-protocol_whitelist', 'file', '-format_whitelist', formats, '-i', `file:${path}`],
    ...['-map', '0:a:0', '-af', 'aformat=channel_layouts=mono|stereo', '-map_metadata', '-1', '-bitexact'],
    ...['-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'],
  ]
}

async function pump(child: Child): Promise<Ear | null> {
  const stream = child.stdout
  if (!stream) return null
  const samples = new Float32Array(pieceBytes / 4)
  const bytes = Buffer.from(samples.buffer)
  let header: Buffer | null = Buffer.alloc(0)
  let ear: Ear | null = null
  let frameBytes = 4
  let filled = 0
  const take = (piece: Buffer) => {
    for (let offset = 0; offset < piece.length; ) {
      const copied = piece.copy(bytes, filled, offset)
      filled += copied
      offset += copied
      if (filled === bytes.length) filled = flush()
    }
  }
  const flush = (): number => {
    const whole = filled - (filled % frameBytes)
    const piece = samples.subarray(0, whole / 4)
    ear?.meter.write(piece)
    ear?.sketcher.write(piece)
    bytes.copyWithin(0, whole, filled)
    return filled - whole
  }
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      child.progress()
      if (!header) {
        take(piece)
        continue
      }
      header = Buffer.concat([header, piece])
      const start = readWavHeader(header)
      if (!start) continue
      const { sampleRateHz, channels } = start
      ear = { meter: new TrackMeter(sampleRateHz, channels), sketcher: new Sketcher(sampleRateHz, channels) }
      frameBytes = start.channels * 4
      const rest = header.subarray(start.dataOffset)
      header = null
      take(rest)
    }
  } catch {
    // The stream is torn down with the process; its exit tells why.
  }
  flush()
  return ear
}

function readWavHeader(bytes: Buffer): { sampleRateHz: number; channels: number; dataOffset: number } | null {
  let channels = 0
  let sampleRateHz = 0
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', offset, offset + 4)
    if (name === 'data') return { sampleRateHz, channels, dataOffset: offset + 8 }
    if (name === 'fmt ' && offset + 16 <= bytes.length) {
      channels = bytes.readUInt16LE(offset + 10)
      sampleRateHz = bytes.readUInt32LE(offset + 12)
    }
    offset += 8 + bytes.readUInt32LE(offset + 4)
  }
  return null
}

function whyNothing(stderrTail: string, path: string): string {
  if (/does not contain any stream|matches no streams|Output file #0 does not contain/i.test(stderrTail)) {
    return 'There is no sound in the file.'
  }
  return `No sound could be decoded: ${lastWords(stderrTail, path)}`
}

function lastWords(stderrTail: string, path: string): string {
  const line = stderrTail
    .split('\n')
    .map((each) =>
      each
        .replaceAll(`file:${path}`, '')
        .replaceAll(path, '')
        .replace(/^\[[^\]]*\]\s*/, '')
        .trim(),
    )
    .filter((each) => each !== '')
    .at(-1)
  return line ? line.replace(/^[:\s]+/, '') : 'ffmpeg gave no reason.'
}
