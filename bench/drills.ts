// Every fire drill, on a station made for it: the seconds that a listener would have been without sound.
import { join, resolve } from 'node:path'
import type { DrillRun } from '../src-contract/drills'
import { runToEnd } from '../src-main/processes'
import type { BenchRow } from './bench-row'

const app = process.env['WAVEDESK_BENCH_APP'] || resolve(import.meta.dirname, '..')

export async function run(): Promise<BenchRow[]> {
  const { exit, stdout } = await runToEnd({
    ...{ name: 'bench.drills', job: 'bench', command: process.execPath, timeoutSeconds: 600 },
    args: [join(app, 'out/main/drill.js'), '--yes', '--json'],
  })
  // 1 says that a promise was not kept: a figure like any other.
  if (exit.code !== 0 && exit.code !== 1) throw new Error(exit.message)
  const lines = stdout.toString().split('\n')
  const runs = lines.filter((line) => line.startsWith('{"kind"')).map((line) => JSON.parse(line) as DrillRun)
  return runs.map(({ kind, missedSeconds, promisedSeconds, kept, others, problem }) => ({
    ...{
      what: `seconds without sound in the drill ${kind}`,
      ours: missedSeconds ?? Number.NaN,
      peer: null,
      peerName: '',
    },
    ...{ unit: 's', ratio: null, reach: `<= ${promisedSeconds} s`, met: kept },
    note: problem ?? others.map((other) => `${other.output} ${other.missedSeconds} s`).join(', '),
  }))
}
