// What a listener costs: 1,000 and 3,000 MP3 listeners on our mount and on icecast2's, in the same run.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Background, freePort, portOpen, serverProgram, start, startNode } from './background'
import type { BenchRow } from './bench-row'
import { benchFfmpeg } from './bench-station'
import loadPath from './processes/listener-load?modulePath'
import planePath from './processes/listener-plane?modulePath'

const crowds = [1000, 3000]
const seconds = 12

interface Server {
  port: number
  process: Background
  close(): Promise<void>
}
interface Crowd {
  joinP99Ms: number
  /** Millionths of a core for each listener. */
  microCoresEach: number
  largestGapSeconds: number
  kbpsEach: number
  lost: number
}

export async function run(): Promise<BenchRow[]> {
  const ours = await measure(await startPlane())
  const icecast = serverProgram('icecast2')
  const peer = icecast === null ? null : await measure(await startIcecast(icecast))
  const rows: BenchRow[] = []
  crowds.forEach((count, index) => {
    const own = ours[index] as Crowd
    const other = peer?.[index] ?? null
    const name = `${count.toLocaleString('en')} MP3 listeners`
    const note = `${own.kbpsEach.toFixed(0)} kbit/s each, ${own.lost} lost; icecast2 ${other ? `${other.kbpsEach.toFixed(0)} kbit/s, ${other.lost} lost` : 'is not here'}`
    rows.push(
      row(
        `${name}: processor each`,
        own.microCoresEach,
        other?.microCoresEach,
        'µ-core',
        '<= 0.6x icecast2',
        note,
        0.6,
      ),
      {
        ...row(`${name}: largest gap`, own.largestGapSeconds, other?.largestGapSeconds, 's', '<= 0.5 s', note),
        met: own.largestGapSeconds <= 0.5 && own.lost === 0,
      },
    )
  })
  const joins = row(
    '1,000 joins back to back: p99 to first byte',
    (ours[0]?.joinP99Ms ?? 0) / 1000,
    peer?.[0] && peer[0].joinP99Ms / 1000,
    's',
    '<= 2 s',
    undefined,
  )
  return [...rows, { ...joins, met: joins.ours <= 2 }]
}

function row(
  what: string,
  ours: number,
  peer: number | null | undefined,
  unit: string,
  reach: string,
  note: string | undefined,
  most?: number,
): BenchRow {
  const ratio = peer == null ? null : ours / peer
  const met = ratio === null || most === undefined ? null : ratio <= most
  return { what, ours, peer: peer ?? null, peerName: 'icecast2', unit, ratio, reach, met, ...(note ? { note } : {}) }
}

async function measure(server: Server): Promise<Crowd[]> {
  try {
    const idle = await coresOver(server.process, 5)
    const results: Crowd[] = []
    for (const count of crowds) results.push(await measureCrowd(server, count, idle))
    return results
  } finally {
    await server.close()
  }
}

async function measureCrowd({ port, process }: Server, count: number, idleCores: number): Promise<Crowd> {
  const load = startNode('bench.listeners', loadPath, [port, '/stream.mp3', count, seconds])
  const { p99Ms } = await load.line<{ p99Ms: number }>('joined')
  await load.line('measuring')
  const cores = await coresOver(process, seconds - 1)
  const measured = await load.line<{ largestGapMs: number; kbpsEach: number; lost: number }>('measured')
  await load.stop()
  return {
    joinP99Ms: p99Ms,
    // Those who were never let in cost nothing.
    microCoresEach: ((cores - idleCores) / (count - measured.lost)) * 1e6,
    largestGapSeconds: measured.largestGapMs / 1000,
    kbpsEach: measured.kbpsEach,
    lost: measured.lost,
  }
}

async function coresOver(process: Background, duration: number): Promise<number> {
  const before = process.cpuSeconds()
  const startedMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, duration * 1000))
  return ((process.cpuSeconds() - before) * 1000) / (performance.now() - startedMs)
}

async function startPlane(): Promise<Server> {
  const plane = startNode('bench.plane', planePath, ['mp3'])
  const port = await plane.line<number>('port')
  return { port, process: plane, close: () => plane.stop() }
}

async function startIcecast(icecast: string): Promise<Server> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-icecast-'))
  chmodSync(folder, 0o777)
  const config = join(folder, 'icecast.xml')
  writeFileSync(config, icecastConfig(port, folder))
  const server = start('bench.icecast2', icecast, ['-c', config])
  await portOpen(port, '/status-json.xsl')
  const source = start('bench.source', benchFfmpeg(), [
    ...['-v', 'error', '-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-ac', '2'],
    ...['-c:a', 'libmp3lame', '-b:a', '128k', '-f', 'mp3', `icecast://source:bench@127.0.0.1:${port}/stream.mp3`],
  ])
  await portOpen(port, '/stream.mp3')
  return {
    port,
    process: server,
    async close() {
      await source.stop()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const icecastConfig = (port: number, folder: string) => `<icecast>
  <limits><clients>20000</clients><sources>2</sources><burst-size>32000</burst-size><queue-size>524288</queue-size></limits>
  <authentication><source-password>bench</source-password><admin-user>admin</admin-user><admin-password>bench</admin-password></authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths><basedir>/usr/share/icecast2</basedir><logdir>${folder}</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
  <logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>1</loglevel></logging>
  <security><chroot>0</chroot><changeowner><user>nobody</user><group>nogroup</group></changeowner></security>
</icecast>
`
