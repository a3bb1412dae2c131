// One ffmpeg that makes a file of a cut: MP3, FLAC and WAV to the sample, M4A as it was recorded without encoding anew.
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StationError } from '@contract/errors'
import type { RecordingFile } from '@contract/recorder'
import type { Log } from '../../monitoring'
import { type ProcessState, runOnce } from '../../processes'
import { type Cut, soundOf } from './cut'

export interface CutOrder {
  cut: Cut
  format: RecordingFile['format']
  tags: Record<string, string>
  /** Where the finished file is to lie. */
  path: string
}

export interface CutterDeps {
  ffmpegPath: string
  /** The folder of recordings. */
  folder: string
  log: Log
  onProcess?: (state: ProcessState) => void
}

const mp3Kbps = 256
const stallSeconds = 60

/** Neither a process nor a tag takes what cannot be printed. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim()

const coding: Record<RecordingFile['format'], (cut: Cut) => string[]> = {
  mp3: (cut) => [...exactly(cut), '-c:a', 'libmp3lame', '-b:a', `${mp3Kbps}k`, '-id3v2_version', '3', '-f', 'mp3'],
  flac: (cut) => [...exactly(cut), '-c:a', 'flac', '-sample_fmt', 's16', '-f', 'flac'],
  wav: (cut) => [...exactly(cut), '-c:a', 'pcm_s16le', '-rf64', 'auto', '-f', 'wav'],
  m4a: () => ['-c:a', 'copy', '-movflags', '+faststart', '-f', 'ipod'],
}

function exactly({ startSample, endSample }: Cut): string[] {
  return ['-af', `atrim=start_sample=${startSample}:end_sample=${endSample},asetpts=N/SR/TB`]
}

/**
 * Makes the file; it appears under its name when it is whole.
 * @throws StationError `unavailable` with the reason in one sentence, also when it was cancelled
 */
export async function makeFile(
  order: CutOrder,
  { ffmpegPath, folder, log, onProcess }: CutterDeps,
  { signal, onProgress }: { signal: AbortSignal; onProgress(progress: number): void },
): Promise<{ bytes: number }> {
  const partPath = `${order.path}.part`
  await mkdir(dirname(order.path), { recursive: true, mode: 0o750 })
  const tags = Object.entries(order.tags).flatMap(([name, value]) =>
    value ? ['-metadata', `${name}=${printable(value)}`] : [],
  )
  const child = runOnce({
    ...{ name: 'export', job: 'export', command: ffmpegPath, signal, stallSeconds, nice: 10, log },
    args: [
      ...['-hide_banner', '-loglevel', 'error', '-nostats', '-y'],
      ...['-f', 'aac', '-i', 'pipe:0', '-map', '0:a', '-map_metadata', '-1'],
      ...[...coding[order.format](order.cut), ...tags, partPath],
    ],
    stdio: ['pipe', 'ignore', 'pipe'],
    ...(onProcess ? { onState: onProcess } : {}),
  })
  try {
    const input = child.stdin
    input?.on('error', () => {})
    let given = 0
    for await (const bytes of soundOf(order.cut, folder, log)) {
      if (!child.running || signal.aborted || !input) break
      if (!input.write(bytes)) await Promise.race([new Promise((resolve) => input.once('drain', resolve)), child.done])
      child.progress()
      given += bytes.length
      onProgress(Math.min(0.99, given / Math.max(1, order.cut.bytes)))
    }
    input?.end()
    const exit = await child.done
    if (!exit.ok) throw new StationError('unavailable', exit.message)
    const { size } = await stat(partPath)
    await rename(partPath, order.path)
    return { bytes: size }
  } catch (error) {
    await child.kill('stopped')
    await rm(partPath, { force: true })
    throw error
  }
}
