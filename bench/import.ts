// How fast a folder of music is imported with right durations, beside beets and mpd on the same files.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLibrary } from '../src-main/library'
import { silentLog } from '../src-main/monitoring'
import { runOnce, runToEnd } from '../src-main/processes'
import { openDatabase } from '../src-main/storage'
import type { BenchRow } from './bench-row'
import { benchEvents, benchFfmpeg, benchSettings, isInstalled, run as runTool } from './bench-station'

const fileCount = 3000
const seconds = 8

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wavedesk-bench-import-'))
  try {
    const music = join(folder, 'music')
    await makeFiles(folder, music)
    const warm = await importWithLibrary(join(folder, 'warm'), music) // Everything in the page cache, for all alike.
    const ours = await importWithLibrary(join(folder, 'ours'), music)
    const beets = await importWithBeets(folder, music)
    const mpd = await importWithMpd(folder, music)
    const note = `${fileCount} files of ${seconds} s: MP3, FLAC, Ogg Vorbis, Opus, M4A; right durations: ${ours.right} of ${fileCount}; first run ${Math.round(fileCount / warm.seconds)}/s; longest hold-up of the main thread ${ours.longestBlockMs.toFixed(1)} ms`
    const rate = fileCount / ours.seconds
    return [
      row('import with right durations', rate, beets && fileCount / beets, 'beets', '>= 1.0x beets', 1, note),
      row('import with right durations', rate, mpd && fileCount / mpd, 'mpd', 'towards mpd', null, note),
      {
        ...row(
          'looking through an unchanged folder',
          fileCount / ours.secondScan,
          null,
          '',
          'unchanged files are not read',
          null,
        ),
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function row(
  what: string,
  ours: number,
  peer: number | null,
  peerName: string,
  reach: string,
  least: number | null,
  note?: string,
): BenchRow {
  const ratio = peer === null ? null : ours / peer
  const met = ratio === null || least === null ? null : ratio >= least
  return { what, ours, peer, peerName, unit: 'tracks/s', ratio, reach, met, note }
}

const templates: { extension: string; options: string[] }[] = [
  { extension: 'mp3', options: ['-b:a', '160k'] },
  { extension: 'mp3', options: ['-q:a', '4'] },
  { extension: 'flac', options: [] },
  { extension: 'ogg', options: ['-c:a', 'libvorbis'] },
  { extension: 'opus', options: [] },
  { extension: 'm4a', options: [] },
]
const placeholder = 'Song number 00000'

/** Six encodings, each copied with a title of its own written over the one it was made with. */
async function makeFiles(folder: string, music: string): Promise<void> {
  const made: { extension: string; bytes: Buffer }[] = []
  for (const [index, { extension, options }] of templates.entries()) {
    const path = join(folder, `template-${index}.${extension}`)
    const source = `anoisesrc=d=${seconds}:c=pink:a=0.4:seed=${index},aformat=channel_layouts=stereo`
    const tags = { title: placeholder, artist: 'The Bench', album: 'Measured', genre: 'Test', date: '2001', track: '7' }
    const metadata = Object.entries(tags).flatMap(([name, value]) => ['-metadata', `${name}=${value}`])
    await runTool(benchFfmpeg(), [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      source,
      ...metadata,
      '-id3v2_version',
      '4',
      ...options,
      path,
    ])
    made.push({ extension, bytes: readFileSync(path) })
  }
  for (let number = 0; number < fileCount; number++) {
    const { extension, bytes } = made[number % made.length] as (typeof made)[number]
    const album = join(music, `album-${Math.floor(number / 12)}`)
    mkdirSync(album, { recursive: true })
    const copy = Buffer.from(bytes)
    const at = copy.indexOf(placeholder)
    copy.write(`Song number ${String(number).padStart(5, '0')}`, at)
    if (extension === 'ogg' || extension === 'opus') correctPageSum(copy, copy.lastIndexOf('OggS', at))
    writeFileSync(join(album, `track-${number}.${extension}`), copy)
  }
}

/** An Ogg page carries a check sum of itself, which beets and mpd look at. */
function correctPageSum(bytes: Buffer, start: number): void {
  const segments = bytes[start + 26] as number
  let length = 27 + segments
  for (let index = 0; index < segments; index++) length += bytes[start + 27 + index] as number
  bytes.writeUInt32LE(0, start + 22)
  let crc = 0
  for (let index = start; index < start + length; index++) {
    crc = (crc ^ ((bytes[index] as number) << 24)) >>> 0
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1) >>> 0) as number
  }
  bytes.writeUInt32LE(crc, start + 22)
}

async function importWithLibrary(dataDir: string, music: string) {
  mkdirSync(dataDir)
  const db = openDatabase(join(dataDir, 'wavedesk.db'))
  const events = benchEvents()
  const library = createLibrary({
    ...{ db, dataDir, events, settings: benchSettings(), log: silentLog },
    ffmpegPath: () => {
      throw new Error('Nothing is analysed while importing is measured.')
    },
  })
  const watch = watchBlocks()
  try {
    const started = performance.now()
    const { job } = await library.importFolder(music)
    await ended(library, job.id)
    const importedAt = performance.now()
    const longestBlockMs = watch.stop()
    const again = await library.operations.scan({})
    await ended(library, again.id)
    const scannedAt = performance.now()
    const page = db.prepare('SELECT count(*) AS right FROM tracks WHERE abs(durationSeconds - ?) < 0.1').get(seconds)
    return {
      seconds: (importedAt - started) / 1000,
      secondScan: (scannedAt - importedAt) / 1000,
      right: Number(page?.['right']),
      longestBlockMs,
    }
  } finally {
    watch.stop()
    await library.close()
    db.close()
  }
}

async function ended(library: ReturnType<typeof createLibrary>, id: string): Promise<void> {
  for (;;) {
    const job = await library.operations.jobs.get({ id })
    if (job.endedAt !== null) {
      if (job.failed > 0) throw new Error(`${job.failed} files failed: ${JSON.stringify(job.failures[0])}`)
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The longest time between two turns of the event loop. */
function watchBlocks(): { stop(): number } {
  let longestMs = 0
  let last = performance.now()
  let running = true
  const look = () => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last)
    last = now
    if (running) setImmediate(look)
  }
  look()
  return {
    stop() {
      running = false
      return longestMs
    },
  }
}

async function importWithBeets(folder: string, music: string): Promise<number | null> {
  if (!(await isInstalled('beet'))) return null
  const configuration = join(folder, 'beets.yaml')
  const lines = [`directory: ${join(folder, 'beets')}`, `library: ${join(folder, 'beets.db')}`, 'plugins: []']
  writeFileSync(
    configuration,
    [...lines, 'import:', '  copy: no', '  write: no', '  autotag: no', '  quiet: yes', ''].join('\n'),
  )
  const started = performance.now()
  await runTool('beet', ['-c', configuration, 'import', '-A', '-q', music], { BEETSDIR: folder })
  const seconds = (performance.now() - started) / 1000
  const { stdout } = await runToEnd({
    ...{ name: 'bench.beet', job: 'bench', command: 'beet', args: ['-c', configuration, 'ls', '-f', '$id'] },
    env: { ...process.env, BEETSDIR: folder },
  })
  const count = stdout.toString().trim().split('\n').length
  if (count !== fileCount) throw new Error(`beets took in ${count} of ${fileCount} files.`)
  return seconds
}

async function importWithMpd(folder: string, music: string): Promise<number | null> {
  if (!(await isInstalled('mpd'))) return null
  const socket = join(folder, 'mpd.socket')
  const configuration = join(folder, 'mpd.conf')
  const settings = {
    music_directory: music,
    db_file: join(folder, 'mpd.db'),
    bind_to_address: socket,
    log_file: join(folder, 'mpd.log'),
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}"`)
  writeFileSync(
    configuration,
    [...lines, 'auto_update "no"', 'audio_output {', ' type "null"', ' name "none"', '}', ''].join('\n'),
  )
  const child = runOnce({
    ...{
      name: 'bench.mpd',
      job: 'bench',
      command: 'mpd',
      args: ['--no-daemon', configuration],
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  })
  try {
    await answered(socket, 'ping\n', (text) => text.includes('OK\n'))
    const started = performance.now()
    await answered(socket, 'update\n', (text) => text.includes('updating_db'))
    await answered(socket, 'status\n', (text) => text.includes('OK\n') && !text.includes('updating_db'))
    const seconds = (performance.now() - started) / 1000
    const stats = await answered(socket, 'stats\n', (text) => text.includes('songs:'))
    const count = Number(/songs: (\d+)/.exec(stats)?.[1])
    if (count !== fileCount) throw new Error(`mpd took in ${count} of ${fileCount} files.`)
    return seconds
  } finally {
    await child.stop()
  }
}

/** Asks mpd until the answer is the one that is waited for. */
async function answered(socket: string, command: string, isRight: (answer: string) => boolean): Promise<string> {
  for (let attempt = 0; attempt < 60_000; attempt++) {
    const answer = await ask(socket, command).catch(() => '')
    if (answer !== '' && isRight(answer.replace(/^OK MPD.*\n/, ''))) return answer
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`mpd never answered ${command.trim()} as expected.`)
}

function ask(socket: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const connection = createConnection(socket, () => connection.write(`${command}close\n`))
    connection.on('data', (piece) => {
      text += piece.toString()
    })
    connection.on('close', () => resolve(text))
    connection.on('error', reject)
  })
}
