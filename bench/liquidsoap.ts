// The peer of the whole chain: Liquidsoap with crossfade and normalize, an MP3 mount and HLS in three AAC rungs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, runOnce } from '../src-main/processes'
import { serverProgram } from './background'

export interface LiquidsoapPlan {
  folder: string
  music: string
  port: number
  /** Given a socket, a skip is a cut and `folder.skip` on that socket does it; otherwise items are crossfaded. */
  controlSocket?: string
}

export const liquidsoap = (): string | null => serverProgram('liquidsoap')

export function launchLiquidsoap(command: string, plan: LiquidsoapPlan): Child {
  mkdirSync(plan.folder, { recursive: true })
  const script = join(plan.folder, 'chain.liq')
  writeFileSync(script, scriptOf(plan))
  return runOnce({
    ...{ name: 'bench.liquidsoap', job: 'bench', command, args: [script], stdio: ['ignore', 'ignore', 'pipe'] },
  })
}

const rung = (kbps: number) => `("aac${kbps}", %ffmpeg(format="mpegts", %audio(codec="aac", b="${kbps}k")))`

const scriptOf = ({ folder, music, port, controlSocket }: LiquidsoapPlan) => `
settings.init.allow_root.set(true)
settings.log.stdout.set(false)
${controlSocket ? `settings.server.socket.set(true)\nsettings.server.socket.path.set("${controlSocket}")` : ''}
s = playlist(id="folder", mode="randomize", reload_mode="never", "${music}")
${controlSocket ? '' : 's = crossfade(fade_out=3., fade_in=3., duration=3., s)'}
s = normalize(s)
s = mksafe(s)
output.harbor(%mp3(bitrate=128), port=${port}, mount="/stream.mp3", s)
output.file.hls(playlist="live.m3u8", segment_duration=4., segments=6, "${folder}/hls",
  [${[64, 128, 192].map(rung).join(', ')}], s)
`
