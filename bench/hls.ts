// HLS: a segment from memory over 50 connections beside nginx, and how far hls.js lies behind the program.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { freePort, portOpen, serverProgram, start, startNode } from './background'
import type { BenchRow } from './bench-row'
import planePath from './processes/listener-plane?modulePath'
import loadPath from './processes/segment-load?modulePath'

const connections = 50
const seconds = 6
/** Plain HLS with segments of two seconds, as measured once on such a machine. */
const plainHlsSeconds = 4.2

export async function run(): Promise<BenchRow[]> {
  const plane = startNode('bench.plane', planePath, ['hls'])
  try {
    const port = await plane.line<number>('port')
    const path = await wholeSegment(port)
    const bytes = Buffer.from(await (await fetch(`http://127.0.0.1:${port}${path}`)).arrayBuffer())
    const ours = await requestsPerSecond(port, path)
    const nginx = serverProgram('nginx')
    const peer = nginx === null ? null : await nginxPerSecond(nginx, bytes)
    const ratio = peer === null ? null : ours / peer
    return [
      {
        ...{
          what: 'HLS segment from memory, 50 connections',
          ours,
          peer,
          peerName: 'nginx',
          unit: 'requests/s',
          ratio,
        },
        ...{ reach: '>= 1.0x nginx', met: ratio === null ? null : ratio >= 1, note: `${bytes.length} bytes each` },
      },
      await behindRow(port),
    ]
  } finally {
    await plane.stop()
  }
}

/** A segment of full length on the 128 kbit/s variant. */
async function wholeSegment(port: number): Promise<string> {
  for (;;) {
    const playlist = await (await fetch(`http://127.0.0.1:${port}/hls/128/live.m3u8`)).text()
    const number = /#EXTINF:4\.096\d*,\n(\d+)\.m4s/.exec(playlist)?.[1]
    if (number) return `/hls/128/${number}.m4s`
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

async function requestsPerSecond(port: number, path: string): Promise<number> {
  const load = startNode('bench.segments', loadPath, [port, path, connections, seconds])
  const perSecond = await load.line<number>('perSecond')
  await load.stop()
  return perSecond
}

async function nginxPerSecond(nginx: string, bytes: Buffer): Promise<number> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-nginx-'))
  mkdirSync(join(folder, 'files'), { mode: 0o755 })
  writeFileSync(join(folder, 'files', 'segment.m4s'), bytes)
  const config = join(folder, 'nginx.conf')
  writeFileSync(config, nginxConfig(port, folder))
  const server = start('bench.nginx', nginx, ['-c', config, '-p', folder])
  try {
    await portOpen(port, '/segment.m4s')
    return await requestsPerSecond(port, '/segment.m4s')
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

// One worker, as we have one thread, and no log, as we keep none.
const nginxConfig = (
  port: number,
  folder: string,
) => `daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid;
error_log ${folder}/error.log; events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
  types { audio/mp4 m4s; }
  server { listen 127.0.0.1:${port}; root ${folder}/files; }
}
`

async function behindRow(port: number): Promise<BenchRow> {
  const behind = await behindProgram(`http://127.0.0.1:${port}/hls/live.m3u8`)
  return {
    ...{
      what: 'HLS behind the program in hls.js',
      ours: behind,
      peer: plainHlsSeconds,
      peerName: 'plain HLS (constant)',
    },
    ...{ unit: 's', ratio: behind / plainHlsSeconds, reach: '<= 2 s', met: behind <= 2 },
  }
}

/** @returns the median over some seconds, from the programme date-time of what is being heard */
async function behindProgram(url: string): Promise<number> {
  const script = readFileSync(createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js'))
  const pages = createServer((request, response) => {
    const isScript = request.url === '/hls.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<audio id="player"></audio><script src="/hls.js"></script>')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => pages.once('listening', resolve))
  const browser = await chromium.launch({
    executablePath: process.env['WAVEDESK_CHROMIUM'] || '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
    const readings = await page.evaluate<number[]>(`(async () => {
      const audio = document.getElementById('player')
      const hls = new Hls({ lowLatencyMode: true })
      hls.loadSource(${JSON.stringify(url)})
      hls.attachMedia(audio)
      await audio.play()
      const readings = []
      for (let second = 0; second < 12; second++) {
        await new Promise((resolve) => setTimeout(resolve, 1000))
        readings.push((Date.now() - hls.playingDate.getTime()) / 1000)
      }
      return readings
    })()`)
    return readings.sort((one, other) => one - other)[Math.floor(readings.length / 2)] ?? Number.POSITIVE_INFINITY
  } finally {
    await browser.close()
    pages.close()
  }
}
