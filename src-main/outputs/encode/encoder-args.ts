// The command lines of the encoders. Raw program goes in on stdin; probing is cut short, since its format is known.
export const mountFormats = ['mp3', 'aac', 'opus'] as const
export type MountFormat = (typeof mountFormats)[number]

/** Bit rates of the HLS variants in kbit/s. */
export const hlsLadderKbps = [64, 128, 192] as const
/** File descriptors on which the HLS encoder writes its variants, in the order of the ladder. */
export const hlsPipes = [1, 3, 4] as const

/** What comes before the output of any ffmpeg that is fed from the program. */
export const programInput = [
  ...['-hide_banner', '-loglevel', 'error', '-nostats'],
  ...['-probesize', '32', '-analyzeduration', '0'],
  ...['-f', 'f32le', '-ar', '48000', '-ac', '2', '-i', 'pipe:0'],
] as const

// The cheaper quantiser search: ffmpeg's manual calls it the better one from 64 kbit/s up, and it takes half the processor.
const aac = (kbps: number) => ['-c:a', 'aac', '-aac_coder', 'fast', '-b:a', `${kbps}k`]
const toPipe = (format: string, pipe: number) => ['-flush_packets', '1', '-f', format, `pipe:${pipe}`]
const oneThread = ['-map', '0:a', '-threads', '1']

export function hlsEncoderArgs(): string[] {
  return [
    ...programInput,
    ...hlsLadderKbps.flatMap((kbps, rung) => [...oneThread, ...aac(kbps), ...toPipe('adts', hlsPipes[rung] ?? 1)]),
  ]
}

export function mountEncoderArgs(format: MountFormat, kbps: number): string[] {
  return [...programInput, ...oneThread, ...mountOutput[format](kbps)]
}

const mountOutput: Record<MountFormat, (kbps: number) => string[]> = {
  mp3: (kbps) => [
    ...['-c:a', 'libmp3lame', '-compression_level', '5', '-b:a', `${kbps}k`],
    ...['-write_xing', '0', '-id3v2_version', '0', ...toPipe('mp3', 1)],
  ],
  aac: (kbps) => [...aac(kbps), ...toPipe('adts', 1)],
  // Pages of a tenth of a second: a page is the least a listener can be given.
  opus: (kbps) => [
    ...['-c:a', 'libopus', '-b:a', `${kbps}k`, '-application', 'audio'],
    ...['-page_duration', '100000', ...toPipe('ogg', 1)],
  ],
}
