// Asks an ffmpeg whether it can do all that the station needs.
import { runToEnd } from './run-once'

const leastMajorVersion = 5
// The libavcodec of ffmpeg 5.0: builds from git have no version number of their own.
const leastCodecVersion = 59
const neededProtocols = ['rtmps']
const neededEncoders = ['libx264', 'aac', 'libmp3lame', 'libopus']
const neededFilters = ['ebur128', 'loudnorm']
const timeoutSeconds = 15

export type FfmpegProbe = { ok: true; version: string } | { ok: false; why: string }

/** Runs it four times at once. @returns its version, or why it will not do */
export async function probeFfmpeg(path: string): Promise<FfmpegProbe> {
  const ask = async (question: string) => {
    const { exit, stdout } = await runToEnd({
      name: 'ffmpeg probe',
      job: 'probe',
      command: path,
      args: ['-hide_banner', question],
      timeoutSeconds,
    })
    if (!exit.ok) throw new Error(exit.message)
    return stdout.toString('utf8')
  }
  try {
    const [about, protocols, encoders, filters] = await Promise.all(
      ['-version', '-protocols', '-encoders', '-filters'].map(ask),
    )
    return judge(about ?? '', protocols ?? '', encoders ?? '', filters ?? '')
  } catch (error) {
    return { ok: false, why: `it cannot be run (${(error as Error).message})` }
  }
}

/** Judges what ffmpeg prints about itself. */
export function judge(about: string, protocols: string, encoders: string, filters: string): FfmpegProbe {
  const version = /^ffmpeg version (\S+)/m.exec(about)?.[1]
  if (!version) return { ok: false, why: 'it is not ffmpeg' }
  const major = /^n?(\d+)\./.exec(version)?.[1]
  const codec = /^libavcodec\s+(\d+)\./m.exec(about)?.[1]
  const newEnough = major !== undefined ? Number(major) >= leastMajorVersion : Number(codec ?? 0) >= leastCodecVersion
  if (!newEnough) return { ok: false, why: `its version is ${version}, at least ${leastMajorVersion}.0 is needed` }
  const missing = [
    ...lacking('protocol', neededProtocols, new Set(protocols.split(/\s+/))),
    ...lacking('encoder', neededEncoders, secondColumn(encoders)),
    ...lacking('filter', neededFilters, secondColumn(filters)),
  ]
  return missing.length > 0 ? { ok: false, why: `it lacks ${missing.join(', ')}` } : { ok: true, version }
}

function secondColumn(table: string): Set<string> {
  return new Set(table.split('\n').map((line) => line.trim().split(/\s+/)[1] ?? ''))
}

function lacking(kind: string, needed: readonly string[], has: ReadonlySet<string>): string[] {
  return needed.filter((name) => !has.has(name)).map((name) => `the ${kind} ${name}`)
}
