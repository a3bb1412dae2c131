// For tests: an ffmpeg whose encoders can be made to send something else than the program, one output at a time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ffmpegPath } from './station'

export interface FaultyFfmpeg {
  path: string
  /** The next encoder of this output gets the filter; the one after it is well again, unless `lasting`. */
  break(output: 'hls' | 'mp3' | 'aac' | 'opus' | 'rtmp', filter: string, lasting?: boolean): void
  mend(output: string): void
  /** A sound file for filters. @param sample of a frame, for both channels */
  soundFile(name: string, seconds: number, sample: (frame: number) => number): string
  close(): void
}

const script = (folder: string) => `#!/bin/sh
case "$*" in
  *pipe:4*) key=hls ;;
  *libmp3lame*) key=mp3 ;;
  *libopus*) key=opus ;;
  *rtmp://*) key=rtmp ;;
  *"-f adts"*) key=aac ;;
  *) key=none ;;
esac
if [ -f "${folder}/$key" ]; then
  filter=$(cat "${folder}/$key")
  [ -f "${folder}/$key.lasting" ] || rm -f "${folder}/$key"
  count=$#
  while [ "$count" -gt 0 ]; do
    word=$1
    shift
    [ "$word" = "-c:a" ] && set -- "$@" -af "$filter"
    set -- "$@" "$word"
    count=$((count - 1))
  done
fi
exec "${ffmpegPath}" "$@"
`

export function faultyFfmpeg(): FaultyFfmpeg {
  const folder = mkdtempSync(join(tmpdir(), 'faulty-'))
  const path = join(folder, 'ffmpeg.sh')
  writeFileSync(path, script(folder), { mode: 0o755 })
  return {
    path,
    break(output, filter, lasting = false) {
      writeFileSync(join(folder, output), filter)
      if (lasting) writeFileSync(join(folder, `${output}.lasting`), '')
    },
    mend(output) {
      rmSync(join(folder, output), { force: true })
    },
    soundFile(name, seconds, sample) {
      const samples = new Float32Array(seconds * 48_000 * 2)
      for (let frame = 0; frame < seconds * 48_000; frame++) samples.fill(sample(frame), frame * 2, frame * 2 + 2)
      const file = join(folder, `${name}.wav`)
      writeFileSync(file, Buffer.concat([floatWavHeader(samples.byteLength), Buffer.from(samples.buffer)]))
      return file
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A filter that puts a file, again and again, in the place of the program. */
export const inPlaceOfProgram = (file: string): string =>
  `volume=0[none];amovie=${file}:loop=0[other];[none][other]amix=inputs=2:duration=first:normalize=0`

/** Of interleaved stereo floats at 48 kHz. */
function floatWavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + dataBytes, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(3, 20)
  header.writeUInt16LE(2, 22)
  header.writeUInt32LE(48_000, 24)
  header.writeUInt32LE(48_000 * 8, 28)
  header.writeUInt16LE(8, 32)
  header.writeUInt16LE(32, 34)
  header.write('data', 36)
  header.writeUInt32LE(dataBytes, 40)
  return header
}
