// Whether two files hold the same sound, whatever their tags: by the packets as they lie, or else decoded.
import { runToEnd } from '../../processes'

const formats = 'mp3,flac,ogg,mov,aac,wav,w64,aiff'

async function hashOf(ffmpegPath: string, path: string, output: readonly string[]): Promise<string | null> {
  const { exit, stdout } = await runToEnd(
    {
      ...{ name: 'ffmpeg.compare', job: 'library', command: ffmpegPath, nice: 10, timeoutSeconds: 600 },
      args: [
        ...['-nostdin', '-hide_banner', '-v', 'error', '-threads', '1'],
        ...['-protocol_whitelist', 'file', '-format_whitelist', formats, '-i', `file:${path}`, '-map', '0:a:0'],
        ...['-map_metadata', '-1', ...output, 'pipe:1'],
      ],
    },
    10_000,
  )
  const text = stdout.toString().trim()
  return exit.ok && text !== '' ? text : null
}

export async function sameSound(ffmpegPath: string, one: string, other: string): Promise<boolean> {
  const packets = ['-c', 'copy', '-f', 'streamhash', '-hash', 'sha256']
  const decoded = ['-c:a', 'pcm_s32le', '-f', 'hash', '-hash', 'sha256']
  for (const output of [packets, decoded]) {
    const first = await hashOf(ffmpegPath, one, output)
    if (first !== null && first === (await hashOf(ffmpegPath, other, output))) return true
  }
  return false
}
