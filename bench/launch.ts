// From the command to the first byte of sound on the MP3 mount, the library imported: ours and Liquidsoap's in turn.
import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Child } from '../src-main/processes'
import { freePort } from './background'
import type { BenchRow } from './bench-row'
import { launchLiquidsoap, liquidsoap } from './liquidsoap'
import { importAll, launchStation, makeMusic } from './whole-station'

const rounds = 5
const patienceMs = 30_000

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-launch-'))
  try {
    const music = join(folder, 'music')
    const dataDir = join(folder, 'station')
    await makeMusic(music)
    await importAll(dataDir, music)
    const command = liquidsoap()
    const ours: number[] = []
    const peer: number[] = []
    for (let round = 0; round < rounds; round++) {
      ours.push(await launch((port) => launchStation(dataDir, ['--listen-port', String(port), '--on-air'])))
      if (!command) continue
      const plan = { folder: join(folder, 'liquidsoap'), music }
      peer.push(await launch((port) => launchLiquidsoap(command, { ...plan, port })))
    }
    const seconds = median(ours)
    const other = command ? median(peer) : null
    const ratio = other === null ? null : seconds / other
    return [
      {
        ...{ what: 'launch to first audio byte on the MP3 mount', ours: seconds, peer: other, peerName: 'Liquidsoap' },
        ...{ unit: 's', ratio, reach: '<= 1.0x', met: ratio === null ? null : ratio <= 1 },
        note: `median of ${rounds}; ours ${spread(ours)}, peer ${spread(peer)}`,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns seconds until the first byte */
async function launch(begin: (port: number) => Child): Promise<number> {
  const port = await freePort()
  const startedMs = performance.now()
  const child = begin(port)
  try {
    while (!(await firstByte(port))) {
      if (performance.now() - startedMs > patienceMs) throw new Error('The mount gave no sound within half a minute.')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return (performance.now() - startedMs) / 1000
  } finally {
    await child.stop()
  }
}

/** @returns false when nobody answers yet, or only that there is no sound */
function firstByte(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, path: '/stream.mp3', agent: false }, (response) => {
      const done = (heard: boolean) => {
        resolve(heard)
        request.destroy()
      }
      if (response.statusCode !== 200) return done(false)
      response.once('data', () => done(true))
      response.once('close', () => resolve(false))
    })
    request.once('error', () => resolve(false))
  })
}

const median = (values: number[]) => values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
const spread = (values: number[]) =>
  values.length === 0 ? '–' : `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)} s`
