// The command line of a push. The sound is the only clock: a picture that ran by itself would go on after the sound has ended,
// or stall it. Progress is written to pipe 3, since ffmpeg's own exit comes late or never when a server hangs.
import { lowRateAac, mp3Level, programInput } from '../encode/encoder-args'
import type { PushOrder, PushVideo } from './push-order'

export const progressPipe = 3
/** A server that takes nothing for this long, in microseconds, is given up by ffmpeg itself. */
const networkTimeoutUs = 4_000_000
/** Part of the picture's height on which the sound is drawn. */
export const waveShare = 1 / 9

const progress = ['-progress', `pipe:${progressPipe}`, '-stats_period', '0.5']
const soundAlone = ['-map', '0:a', '-threads', '1']
const aac = (kbps: number) => ['-c:a', 'aac', '-b:a', `${kbps}k`, ...lowRateAac(kbps), '-ar', '48000', '-ac', '2']

/**
 * A connection that takes no more shows only once what lies ready for it is full: a third of a second of the stream,
 * which still lets a server half a second away be fed.
 */
const connection = (kbps: number) => {
  const sendBytes = Math.min(65_536, Math.max(8192, Math.round(((kbps * 1000) / 8) * 0.3)))
  return ['-send_buffer_size', String(sendBytes), '-rw_timeout', String(networkTimeoutUs)]
}
const flv = (order: PushOrder, kbps: number) => [
  ...['-flvflags', 'no_duration_filesize', ...connection(kbps), ...order.options],
  ...['-f', 'flv', order.url],
]

const even = (value: number) => Math.round(value / 2) * 2

function pictureFilter({ width, height, framesPerSecond }: PushVideo): string {
  const wave = even(height * waveShare)
  return [
    '[0:a]asplit=2[sound][drawn]',
    `[drawn]showwaves=s=${width}x${wave}:mode=cline:rate=${framesPerSecond}:scale=sqrt:colors=0x2dd4bf|0x1f8f83,format=yuv420p,lutyuv=y=max(val\\,30),pad=${width}:${height}:0:${height - wave}:color=0x0d1117[canvas]`,
    `[1:v]scale=${width}:${height - wave},format=yuv420p[cover]`,
    '[canvas][cover]overlay=0:0:shortest=1,setsar=1[picture]',
  ].join(';')
}

function videoArgs(order: PushOrder, video: PushVideo, coverPath: string): string[] {
  const { framesPerSecond, kbps } = video
  const keyFrames = String(framesPerSecond * 2)
  return [
    ...programInput,
    ...progress,
    ...['-f', 'image2', '-loop', '1', '-framerate', String(framesPerSecond)],
    ...['-thread_queue_size', '2', '-threads', '1', '-i', coverPath],
    ...[
      '-filter_complex_threads',
      '1',
      '-filter_complex',
      pictureFilter(video),
      '-map',
      '[picture]',
      '-map',
      '[sound]',
    ],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-tune', 'zerolatency'],
    ...['-threads', '1', '-pix_fmt', 'yuv420p'],
    ...['-g', keyFrames, '-keyint_min', keyFrames, '-sc_threshold', '0', '-bf', '0'],
    ...['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps * 2}k`],
    ...aac(order.audioKbps),
    ...flv(order, kbps + order.audioKbps),
  ]
}

const icecastFormats = {
  mp3: {
    ...{ codec: 'libmp3lame', container: 'mp3', type: 'audio/mpeg' },
    extra: ['-write_xing', '0', '-id3v2_version', '0'],
  },
  aac: { codec: 'aac', container: 'adts', type: 'audio/aac', extra: ['-ar', '48000', '-ac', '2'] },
  opus: { codec: 'libopus', container: 'ogg', type: 'application/ogg', extra: ['-page_duration', '200000'] },
} as const

/** The name goes out as a line of a header: nothing in it may end the line. */
const headerText = (text: string) => text.replace(/\p{Cc}+/gu, ' ').trim()

function icecastArgs(order: PushOrder, stationName: string): string[] {
  const { codec, container, type, extra } = icecastFormats[order.format]
  const name = headerText(stationName)
  return [
    ...[...programInput, ...progress, ...soundAlone],
    ...(order.format === 'mp3' ? mp3Level(order.audioKbps) : []),
    ...(order.format === 'aac' ? lowRateAac(order.audioKbps) : []),
    ...['-c:a', codec, '-b:a', `${order.audioKbps}k`, ...extra],
    ...['-content_type', type, '-user_agent', 'Wavedesk', ...(name === '' ? [] : ['-ice_name', name])],
    ...[...connection(order.audioKbps), ...order.options],
    ...['-flush_packets', '1', '-f', container, order.url],
  ]
}

function srtArgs(order: PushOrder): string[] {
  return [
    ...[...programInput, ...progress, ...soundAlone, ...aac(order.audioKbps)],
    ...['-flush_packets', '1', ...order.options, '-f', 'mpegts', order.url],
  ]
}

/** @param coverPath the picture, for pushes that have one; it is read again and again, so a new one shows by itself */
export function pushArgs(order: PushOrder, coverPath: string | null, stationName: string): string[] {
  if (order.kind === 'icecast') return icecastArgs(order, stationName)
  if (order.kind === 'srt') return srtArgs(order)
  if (order.video && coverPath !== null) return videoArgs(order, order.video, coverPath)
  return [...programInput, ...progress, ...soundAlone, ...aac(order.audioKbps), ...flv(order, order.audioKbps)]
}
