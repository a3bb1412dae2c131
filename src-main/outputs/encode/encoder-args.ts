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

/**
 * Low rates of AAC carry less treble, as other encoders do it by themselves, and no intensity stereo: without it, what the
 * encoder cannot pay for comes back as noise and adds up to 3.5 dB to the peaks. No temporal noise shaping either: single hits
 * came out as much as 5.6 dB higher with it, 4 dB without.
 */
export function lowRateAac(kbps: number): string[] {
  if (kbps > 64) return []
  return ['-aac_is', '0', '-aac_tns', '0', '-cutoff', String(kbps > 48 ? 11_000 : kbps > 32 ? 9000 : 6000)]
}

/** LAME turns what it is given down at these rates; it is turned up as much before. */
export function mp3Level(kbps: number): string[] {
  if (kbps > 192) return []
  return ['-af', `volume=${kbps > 160 ? 0.26 : 0.45}dB`]
}

/** What AAC leaves away of music with wide dynamics is heard: by that much it is turned up before. */
function aacLevel(kbps: number): string[] {
  return ['-af', `volume=${kbps > 128 ? 0.05 : kbps > 64 ? 0.1 : 0.2}dB`]
}

/** How far a decoded peak may lie above the one that went in, in dB: the most that was seen with real music. */
export function peakGrowthDb(format: MountFormat, kbps: number): number {
  const [high, middle, low] = peakGrowths[format]
  return kbps >= (format === 'aac' ? 128 : 96) ? high : kbps >= 64 ? middle : low
}
const peakGrowths: Record<MountFormat, [high: number, middle: number, low: number]> = {
  mp3: [2.0, 2.2, 2.4],
  aac: [1.6, 2.4, 4.5],
  opus: [2.4, 2.6, 2.8],
}

// The cheaper quantiser search: ffmpeg's manual calls it the better one from 64 kbit/s up, and it takes half the processor.
const aac = (kbps: number) => [
  ...aacLevel(kbps),
  ...['-c:a', 'aac', '-aac_coder', 'fast', '-b:a', `${kbps}k`, ...lowRateAac(kbps)],
]
const toPipe = (format: string, pipe: number) => ['-flush_packets', '1', '-f', format, `pipe:${pipe}`]
const oneThread = ['-map', '0:a', '-threads', '1']

export function hlsEncoderArgs(): string[] {
  return [
    ...programInput,
    ...hlsLadderKbps.flatMap((kbps, rung) => [...oneThread, ...aac(kbps), ...toPipe('adts', hlsPipes[rung] ?? 1)]),
  ]
}

/** What the recording is made of where there is no HLS: the same as its best variant. */
export function recorderEncoderArgs(): string[] {
  return [...programInput, ...oneThread, ...aac(Math.max(...hlsLadderKbps)), ...toPipe('adts', 1)]
}

export function mountEncoderArgs(format: MountFormat, kbps: number): string[] {
  return [...programInput, ...oneThread, ...mountOutput[format](kbps)]
}

const mountOutput: Record<MountFormat, (kbps: number) => string[]> = {
  mp3: (kbps) => [
    ...mp3Level(kbps),
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
