// Makes the measurements one after another, prints them as a table and writes them to bench/results/.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'vite'

const root = join(import.meta.dirname, '..')
const all = [
  'launch',
  'skip',
  'lateness',
  'chain',
  'listeners',
  'hls',
  'title-change',
  'import',
  'library',
  'scroll',
  'rotation',
  'loudness',
  'on-air-loudness',
  'tempo-key',
  'crossfade',
  'render',
  'drills',
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`There is no measurement ${unknown.join(', ')}: choose from ${all.join(', ')}.\n`)
  process.exit(2)
}

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${release()}`,
  node: process.versions.node,
}
// Leaving by `exit` ends the peers as well; the default of a signal would not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130))

const startedAt = new Date()
const rows = []
const failures = []

// Vite alone knows how the sources are put together: TypeScript, the aliases, the worker threads.
const vite = await createServer({
  configFile: join(root, 'vitest.config.ts'),
  root,
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
})
for (const name of wanted.length > 0 ? wanted : all) {
  const load = loadavg()[0]
  process.stderr.write(`${name} … (load ${load.toFixed(1)})\n`)
  try {
    const { run } = await vite.ssrLoadModule(join(root, 'bench', `${name}.ts`))
    for (const row of await run()) {
      rows.push({ measurement: name, ...row, loadBefore: load })
      process.stderr.write(`${lineOf(row)}\n`)
    }
  } catch (error) {
    failures.push({ measurement: name, why: error instanceof Error ? error.message : String(error) })
    process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : error}\n`)
  }
}
await vite.close()

function lineOf({ what, ours, peer, peerName, unit, ratio, reach, met, note }) {
  const verdict = met === null ? '–' : met ? 'yes' : 'NO'
  const other = peerName === '' ? '–' : peer === null ? `${peerName}: not here` : `${peerName} ${figure(peer)}`
  return `| ${what} | ${figure(ours)} ${unit} | ${other} | ${ratio === null ? '–' : `${ratio.toFixed(2)}×`} | ${reach} | ${verdict} | ${note ?? ''} |`
}

function figure(value) {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

const table = [
  '| what | ours | peer | ours / peer | reach | reached | note |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...rows.map(lineOf),
  ...failures.map(({ measurement, why }) => `| ${measurement} | failed | | | | NO | ${why} |`),
].join('\n')
process.stdout.write(`\n${startedAt.toISOString()}, ${machine.processor}, ${machine.cores} cores\n\n${table}\n`)

const folder = join(root, 'bench', 'results')
mkdirSync(folder, { recursive: true })
const stamp = startedAt.toISOString().slice(0, 19).replaceAll(':', '-')
const result = { at: startedAt.toISOString(), machine, rows, failures }
for (const file of [`${stamp}.json`, 'latest.json'])
  writeFileSync(join(folder, file), `${JSON.stringify(result, null, 2)}\n`)
process.exit(failures.length > 0 ? 1 : 0)
