// One decode of a track for its page: a picture of its spectrum, and figures about its samples. Kept by content.
import { existsSync, mkdirSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runToEnd } from '../../processes'

export interface SoundFigures {
  /** Stretches of equal samples at the highest level. */
  flatTops: number
  samplePeakDbfs: number | null
  channelsAlike: boolean | null
  /** The one without sound, where the other one has it. */
  silentSide: 'left' | 'right' | null
  dcOffset: number
}

export interface SoundLook {
  figures: SoundFigures
  /** PNG, 1200 × 320. */
  spectrum: Uint8Array<ArrayBuffer>
}

export interface SoundLooksDeps {
  /** Where pictures are kept; may be deleted at any time. */
  folder: string
  /** @throws StationError when there is none */
  ffmpegPath(): string
}

/** Where there is no sample but 0, in dBFS. */
const silence = -200
const version = 2

export interface SoundLooks {
  /** @param fingerprint names its content @returns null when it cannot be decoded */
  look(path: string, fingerprint: string): Promise<SoundLook | null>
}

export function createSoundLooks({ folder, ffmpegPath }: SoundLooksDeps): SoundLooks {
  const running = new Map<string, Promise<SoundLook | null>>()

  async function make(path: string, name: string): Promise<SoundLook | null> {
    mkdirSync(folder, { recursive: true })
    const draft = join(folder, `${name}.draft.png`)
    const { exit } = await runToEnd({
      ...{ name: 'library.look', job: 'analysis', command: ffmpegPath(), args: argumentsFor(path, draft) },
      ...{ nice: 10, memoryLimitMb: 1024 },
    })
    if (exit.code !== 0 || !existsSync(draft)) {
      await rm(draft, { force: true })
      return null
    }
    const figures = readFigures(exit.stderrTail)
    await writeFile(join(folder, `${name}.json`), JSON.stringify(figures))
    await rename(draft, join(folder, `${name}.png`))
    return { figures, spectrum: new Uint8Array(await readFile(join(folder, `${name}.png`))) }
  }

  async function kept(name: string): Promise<SoundLook | null> {
    try {
      const spectrum = new Uint8Array(await readFile(join(folder, `${name}.png`)))
      const figures = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as SoundFigures
      return { figures, spectrum }
    } catch {
      return null
    }
  }

  return {
    async look(path, fingerprint) {
      const name = `${fingerprint}-${version}`
      const before = await kept(name)
      if (before) return before
      let making = running.get(name)
      if (!making) {
        making = make(path, name).finally(() => running.delete(name))
        running.set(name, making)
      }
      return making
    },
  }
}

/** The difference of the channels, measured as a third stream, is silent where both are the same. */
const argumentsFor = (path: string, picture: string): string[] => [
  ...['-nostdin', '-hide_banner', '-nostats', '-v', 'info', '-y', '-threads', '1'],
  ...['-protocol_whitelist', 'file', '-i', `file:${path}`],
  '-filter_complex',
  [
    '[0:a:0]aformat=channel_layouts=mono|stereo,asplit=3[picture][samples][sides]',
    '[picture]showspectrumpic=s=1200x320:legend=0:mode=combined:color=intensity:scale=log:gain=2:drange=100[spectrum]',
    '[samples]astats=measure_perchannel=Peak_level:measure_overall=DC_offset+Peak_level+Flat_factor+Peak_count[figures]',
    '[sides]aformat=channel_layouts=stereo,pan=mono|c0=c0-c1,astats=measure_perchannel=none:measure_overall=Peak_level[difference]',
  ].join(';'),
  ...['-map', '[spectrum]', '-frames:v', '1', '-f', 'image2', '-c:v', 'png', picture],
  ...['-map', '[figures]', '-f', 'null', '-', '-map', '[difference]', '-f', 'null', '-'],
]

/** Reads what two runs of `astats` print; the one of the difference is told by its filter's number in the graph. */
export function readFigures(text: string): SoundFigures {
  const blocks = new Map<string, Map<string, string>>()
  let channel = ''
  for (const line of text.split('\n')) {
    const [, filter, name, value] = /\[Parsed_astats_(\d+)[^\]]*\] ([^:]+)(?:: (\S+))?/.exec(line) ?? []
    if (filter === undefined || name === undefined) continue
    if (name === 'Overall') channel = ''
    else if (name === 'Channel') channel = ` of channel ${value}`
    else if (value !== undefined) blocks.set(filter, (blocks.get(filter) ?? new Map()).set(name + channel, value))
  }
  const [samples, difference] = [...blocks]
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, block]) => block)
  const number = (block: Map<string, string> | undefined, name: string) =>
    block?.get(name) === '-inf' ? silence : Number(block?.get(name) ?? Number.NaN)
  const [left, right] = [1, 2].map((side) => number(samples, `Peak level dB of channel ${side}`)) as [number, number]
  const peak = number(samples, 'Peak level dB')
  const differenceDb = number(difference, 'Peak level dB')
  const flatFactor = number(samples, 'Flat factor')
  const peakCount = number(samples, 'Peak count')
  return {
    // Flat factor 0 means that no sample at the peak is followed by one as high.
    flatTops: flatFactor > 0 && peakCount > 2 ? Math.round(peakCount) : 0,
    samplePeakDbfs: Number.isFinite(peak) ? peak : null,
    channelsAlike: Number.isNaN(differenceDb) ? null : differenceDb < -90,
    silentSide: left < -70 && right > -50 ? 'left' : right < -70 && left > -50 ? 'right' : null,
    dcOffset: Number.isFinite(number(samples, 'DC offset')) ? number(samples, 'DC offset') : 0,
  }
}
