// From the command "skip" to the bytes of the next item on the MP3 mount, with a tone of its own in each file: every byte
// is noted with the time it came, and afterwards the decoded stream shows in which frame the next tone begins.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd } from '../src-main/processes'
import { freePort, portOpen } from './background'
import type { BenchRow } from './bench-row'
import { benchFfmpeg } from './bench-station'
import { launchLiquidsoap, liquidsoap } from './liquidsoap'
import { firstChange, type Tones } from './tones'
import { importAll, makeTones, startStation } from './whole-station'

const skips = 20

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-skip-'))
  try {
    const music = join(folder, 'tones')
    const pitches = await makeTones(music)
    const ours = await ourSkips(folder, music, pitches)
    const command = liquidsoap()
    const peer = command === null ? null : await peerSkips(command, folder, music, pitches)
    const p95 = quantile(ours, 0.95)
    const other = peer && quantile(peer, 0.95)
    return [
      {
        ...{ what: 'skip (cut) to the bytes of the MP3 mount: p95', ours: p95, peer: other, peerName: 'Liquidsoap' },
        ...{ unit: 's', ratio: other && p95 / other, reach: '<= 0.25 s', met: p95 <= 0.25 },
        note: `${ours.length} skips, ${describe(ours)}${peer ? `; peer ${peer.length}, ${describe(peer)}` : ''}`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function ourSkips(folder: string, music: string, pitches: number[]): Promise<number[]> {
  const dataDir = join(folder, 'station')
  await importAll(dataDir, music)
  const station = await startStation(dataDir)
  try {
    return await measure(`${station.listenUrl}/stream.mp3`, pitches, folder, () => station.post('/api/playout/skip'))
  } finally {
    await station.stop()
  }
}

async function peerSkips(command: string, folder: string, music: string, pitches: number[]): Promise<number[]> {
  const port = await freePort()
  const controlSocket = join(folder, 'liquidsoap.sock')
  const child = launchLiquidsoap(command, { folder: join(folder, 'liquidsoap'), music, port, controlSocket })
  try {
    await portOpen(port, '/stream.mp3')
    return await measure(`http://127.0.0.1:${port}/stream.mp3`, pitches, folder, () => tell(controlSocket))
  } finally {
    await child.stop()
  }
}

function tell(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => connection.write('folder.skip\nquit\n'))
    connection.resume().once('close', () => resolve())
    connection.once('error', reject)
  })
}

interface Heard {
  bytes: Buffer[]
  /** When the bytes up to a position of the stream were there. */
  arrivals: { upTo: number; atMs: number }[]
}

async function measure(url: string, pitches: number[], folder: string, skip: () => Promise<void>): Promise<number[]> {
  const heard: Heard = { bytes: [], arrivals: [] }
  let length = 0
  const request = get(url, { agent: false }, (response) =>
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      heard.bytes.push(chunk)
      heard.arrivals.push({ upTo: length, atMs: performance.now() })
    }),
  )
  request.on('error', () => {})
  await pause(6)
  const commands: { atMs: number; bytesBefore: number }[] = []
  for (let count = 0; count < skips; count++) {
    // Not in step with blocks or frames.
    await pause(2.5 + ((count * 7) % 10) / 37)
    commands.push({ atMs: performance.now(), bytesBefore: length })
    await skip()
  }
  await pause(3)
  request.destroy()
  const stream = Buffer.concat(heard.bytes)
  const tones: Tones = { samples: await decode(stream, folder), frames: framesOf(stream), pitches }
  return commands.map(({ atMs, bytesBefore }) => {
    const byte = firstChange(tones, bytesBefore)
    return ((heard.arrivals.find(({ upTo }) => upTo >= byte)?.atMs ?? Number.NaN) - atMs) / 1000
  })
}

const decodedRate = 16_000

async function decode(stream: Buffer, folder: string): Promise<Float32Array> {
  const path = join(folder, 'heard.mp3')
  writeFileSync(path, stream)
  const { stdout, exit } = await runToEnd({
    ...{ name: 'bench.decode', job: 'bench', command: benchFfmpeg() },
    args: ['-v', 'error', '-f', 'mp3', '-i', path, '-ac', '1', '-ar', String(decodedRate), '-f', 'f32le', 'pipe:1'],
  })
  if (!exit.ok) throw new Error(exit.message)
  const bytes = new Uint8Array(stdout)
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2)
}

const kbpsOfIndex = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const rateOfIndex = [44_100, 48_000, 32_000]

/** Where each MPEG-1 Layer III frame ends in the stream, and how long each sounds in decoded samples. */
function framesOf(stream: Buffer): Tones['frames'] {
  const ends: number[] = []
  let rate = 48_000
  for (let at = 0; at + 4 <= stream.length; ) {
    const kbps = kbpsOfIndex[(stream[at + 2] as number) >> 4]
    const sampleRate = rateOfIndex[((stream[at + 2] as number) >> 2) & 3]
    const isHeader = stream[at] === 0xff && ((stream[at + 1] as number) & 0xfe) === 0xfa && kbps && sampleRate
    if (!isHeader) {
      at += 1
      continue
    }
    rate = sampleRate
    const length = Math.floor((144_000 * kbps) / sampleRate) + (((stream[at + 2] as number) >> 1) & 1)
    ends.push(at + length)
    at += length
  }
  return { ends, samplesEach: (1152 * decodedRate) / rate, samplesPerSecond: decodedRate }
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const sorted = (values: number[]) => values.toSorted((one, other) => one - other)
const quantile = (values: number[], part: number) =>
  sorted(values)[Math.min(values.length - 1, Math.ceil(values.length * part) - 1)] ?? Number.NaN
const describe = (values: number[]) =>
  `median ${quantile(values, 0.5).toFixed(3)} s, at most ${quantile(values, 1).toFixed(3)} s`
