// What listeners get of records from -26 to -8 LUFS: each is measured by the library, rendered by the engine with the gain the
// station gives it, goes through the bus of its group of outputs and the real encoder, and is decoded and measured by ffmpeg.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { hlsEncoderArgs, hlsLadderKbps, hlsPipes, mountEncoderArgs } from '../src-main/outputs/encode/encoder-args'
import { listenerConfig } from '../src-main/outputs/listener-config'
import { pushArgs } from '../src-main/outputs/pushes/push-args'
import { renderOffline } from '../src-main/playout/engine/offline'
import type { EngineItem, Processing } from '../src-main/playout/engine/protocol'
import { gainTowards } from '../src-main/playout/engine-item'
import { OutputStage, stageBlockFrames } from '../src-main/playout/output-stage'
import type { BenchRow } from './bench-row'
import { benchFfmpeg, benchSettings, run as runTool } from './bench-station'

/** Loudness of the records as they lie in the library. */
const levels = [-26, -24, -22, -20, -18, -16, -14, -12, -10, -8]
const targetLufs = -16
const excerptSeconds = 90

interface Loudness {
  lufs: number
  truePeakDbtp: number
}

interface Heard extends Loudness {
  output: string
  targetLufs: number
}

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-on-air-'))
  try {
    const rows: BenchRow[] = []
    const all: Heard[] = []
    for (const [index, path] of records().entries()) {
      const level = levels[index % levels.length] as number
      const record = await makeRecord(folder, path, level)
      const heard = await onAir(folder, record, {})
      all.push(...heard)
      rows.push(rowOf(`on air: ${level} LUFS, ${nameOf(path)}`, heard))
    }
    rows.push(rowOf('on air: every record on every output', all))
    const split = { 'outputs.hls.targetLufs': -14, 'outputs.destinations.targetLufs': -18 }
    const record = await makeRecord(folder, records()[0] as string, -20)
    rows.push(rowOf('HLS -14, mounts -16, destinations -18 from one bus', await onAir(folder, record, split)))
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The folder of real music, or the demo station's. */
function records(): string[] {
  const folder = process.env['WAVEDESK_BENCH_MUSIC'] || resolve(import.meta.dirname, '../resources/demo')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(mp3|ogg|opus|flac|wav|m4a)$/i.test(name) && !/ident/i.test(name),
  )
  return names
    .sort()
    .slice(0, 10)
    .map((name) => join(folder, name))
}

const nameOf = (path: string) => path.replace(/^.*\//, '').replace(/\.\w+$/, '')

/** The record at that loudness; what would not fit under full scale is limited, as mastering does. */
async function makeRecord(folder: string, path: string, lufs: number): Promise<string> {
  const file = join(folder, 'record.wav')
  let gainDb = lufs - (await measure(path)).lufs
  for (let round = 0; round < 4; round++) {
    const filter = `volume=${gainDb.toFixed(2)}dB,alimiter=limit=0.97:level=false:attack=1:release=50`
    const args = [
      '-v',
      'error',
      '-y',
      '-t',
      String(excerptSeconds),
      '-i',
      path,
      '-af',
      filter,
      '-ac',
      '2',
      '-ar',
      '44100',
    ]
    await runTool(benchFfmpeg(), [...args, '-c:a', 'pcm_s16le', file])
    const missing = lufs - (await measure(file)).lufs
    if (Math.abs(missing) < 0.2) break
    gainDb += missing
  }
  return file
}

async function measure(path: string): Promise<Loudness> {
  const args = ['-nostdin', '-hide_banner', '-t', String(excerptSeconds), '-i', path, '-map', '0:a:0']
  const printed = await runTool(benchFfmpeg(), [...args, '-af', 'ebur128=peak=true', '-f', 'null', '-'])
  const summary = printed.slice(printed.lastIndexOf('Summary'))
  const figure = (pattern: RegExp) => Number(pattern.exec(summary)?.[1])
  return { lufs: figure(/I:\s+(\S+) LUFS/), truePeakDbtp: figure(/Peak:\s+(\S+) dBFS/) }
}

/** Plays the record and listens to every output. */
async function onAir(folder: string, path: string, settings: Record<string, unknown>): Promise<Heard[]> {
  const { lufs } = await measure(path)
  const program = await render(path, gainTowards(targetLufs, { gainDb: null, lufs }), 'off')
  const config = listenerConfig(benchSettings(settings))
  const heard: Heard[] = []
  for (const group of ['mounts', 'hls', 'destinations'] as const) {
    const raw = join(folder, `${group}.f32`)
    writeFileSync(raw, throughStage(program, new OutputStage(config.loudness[group])))
    const files = await encode(folder, group, raw)
    for (const [output, file] of Object.entries(files)) {
      heard.push({ output, targetLufs: targetLufs + config.loudness[group].gainDb, ...(await measure(file)) })
    }
  }
  return heard
}

async function render(path: string, gainDb: number, processing: Processing): Promise<Float32Array> {
  const item: EngineItem = {
    ...{ id: 1, path, kind: 'music', cueInSeconds: 0, cueOutSeconds: null, startNextSeconds: null },
    ...{ fadeInSeconds: 0, fadeOutSeconds: 0, gainDb, quietByDesign: false, durationSeconds: 0 },
  }
  const items = [item]
  const pieces: Buffer[] = []
  const blocks = renderOffline({
    ffmpegPath: benchFfmpeg(),
    configuration: { processing },
    supply: () => items.shift() ?? null,
  })
  for await (const { samples } of blocks)
    pieces.push(Buffer.from(Uint8Array.from(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))))
  return new Float32Array(new Uint8Array(Buffer.concat(pieces)).buffer)
}

function throughStage(program: Float32Array, stage: OutputStage): Uint8Array {
  const result = program.slice()
  const length = stageBlockFrames * 2
  for (let at = 0; at + length <= result.length; at += length) stage.process(result.subarray(at, at + length))
  return new Uint8Array(result.buffer)
}

async function encode(
  folder: string,
  group: 'mounts' | 'hls' | 'destinations',
  raw: string,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  const work = async (output: string, extension: string, args: string[]) => {
    const file = join(folder, `${output.replaceAll(' ', '-')}.${extension}`)
    files[output] = file
    const redirected = args.map((arg) => (arg === 'pipe:0' ? raw : arg === 'pipe:1' ? file : arg))
    await runTool(benchFfmpeg(), ['-y', ...redirected])
  }
  if (group === 'mounts') {
    await work('mp3 128', 'mp3', mountEncoderArgs('mp3', 128))
    await work('aac 128', 'aac', mountEncoderArgs('aac', 128))
    await work('opus 96', 'ogg', mountEncoderArgs('opus', 96))
  } else if (group === 'hls') {
    const file = (rung: number) => join(folder, `hls-${hlsLadderKbps[rung]}.aac`)
    const args = hlsEncoderArgs().map((arg) => (arg === 'pipe:0' ? raw : arg))
    const redirected = args.map((arg) => {
      const rung = hlsPipes.findIndex((pipe) => arg === `pipe:${pipe}`)
      return rung < 0 ? arg : file(rung)
    })
    await runTool(benchFfmpeg(), ['-y', ...redirected])
    for (const [rung, kbps] of hlsLadderKbps.entries()) files[`hls ${kbps}`] = file(rung)
  } else {
    const file = join(folder, 'push.flv')
    const order = { id: 'push.1', kind: 'rtmp', url: file, options: [], secrets: [], video: null } as const
    const made = pushArgs({ ...order, options: [], secrets: [], audioKbps: 128, format: 'mp3' }, null, 'Bench')
    const args = made.map((arg) => (arg === 'pipe:0' ? raw : arg))
    // A file has no connection to keep.
    const without = new Set(['-send_buffer_size', '-rw_timeout', '-progress', '-stats_period'])
    await runTool(benchFfmpeg(), [
      '-y',
      ...args.filter((arg, at) => !without.has(arg) && !without.has(args[at - 1] ?? '')),
    ])
    files['telegram 128'] = file
  }
  return files
}

function rowOf(what: string, heard: readonly Heard[]): BenchRow {
  const off = ({ lufs, targetLufs: target }: Heard) => Math.abs(lufs - target)
  const worst = Math.max(...heard.map(off))
  const peak = Math.max(...heard.map(({ truePeakDbtp }) => truePeakDbtp))
  const each = heard.map(({ output, lufs, truePeakDbtp }) => `${output} ${lufs}/${truePeakDbtp}`)
  return {
    ...{ what, ours: worst, peer: null, peerName: '', unit: 'LU from the target', ratio: null },
    reach: '<= 0.5 LU and <= -1 dBTP after encoding',
    met: worst <= 0.5 && peak <= -1,
    note: heard.length > 12 ? `highest true peak ${peak} dBTP` : `LUFS/dBTP: ${each.join(', ')}`,
  }
}
