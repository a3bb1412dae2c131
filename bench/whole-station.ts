// A whole station without a window, as `npm run station` starts it, with music of our own making.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { leanMemory } from '../scripts/lean-memory.mjs'
import { type Child, runOnce } from '../src-main/processes'
import { benchFfmpeg, run } from './bench-station'

/** Another build than this folder's may be measured. */
const app = process.env['WAVEDESK_BENCH_APP'] || resolve(import.meta.dirname, '..')
const key = 'bench'

export interface WholeStation {
  pid: number
  controlUrl: string
  listenUrl: string
  /** Opens the studio for the first person, who chooses a name and a password. */
  signInUrl: string
  get<Answer>(path: string): Promise<Answer>
  post(path: string): Promise<void>
  /** With a body of JSON. */
  send(method: 'POST' | 'PUT', path: string, body: unknown): Promise<Response>
  stop(): Promise<void>
}

interface Ready {
  control: string
  listen: string
  signIn: string
}

/** What the peer does as well: one MP3 mount and three AAC rungs of HLS, nothing that comes in. */
const chainSettings = {
  'outputs.aac.enabled': false,
  'outputs.opus.enabled': false,
  'outputs.rtmpFeed.enabled': false,
  'live.rtmp.enabled': false,
}

/** @returns the process of a station, which may not be ready yet */
export function launchStation(dataDir: string, args: readonly string[]): Child {
  return runOnce({
    name: 'bench.station',
    job: 'bench',
    command: process.execPath,
    args: [join(app, 'out/main/headless.js'), '--data-dir', dataDir, '--port', '0', '--rtmp-port', '0', ...args],
    env: { ...process.env, ...leanMemory, WAVEDESK_API_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Starts a station and waits until it says that it is ready. */
export async function startStation(
  dataDir: string,
  args: readonly string[] = ['--on-air'],
  settings: Record<string, unknown> = {},
): Promise<WholeStation> {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ ...chainSettings, ...settings }))
  const child = launchStation(dataDir, ['--listen-port', '0', ...args])
  const { control, listen, signIn } = await ready(child)
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(`${control}${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`)
    return answer
  }
  return {
    pid: child.pid ?? 0,
    controlUrl: control,
    listenUrl: listen,
    signInUrl: signIn,
    get: async <Answer>(path: string) => (await (await call('GET', path)).json()) as Answer,
    post: async (path) => void (await call('POST', path)),
    send: call,
    stop: async () => void (await child.stop()),
  }
}

async function ready(child: Child): Promise<Ready> {
  let text = ''
  const line = new Promise<string>((found) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk
      if (text.includes('\n')) found(text)
    })
  })
  const ended = child.done.then((exit) => {
    throw new Error(`The station did not start: ${exit.message}`)
  })
  return JSON.parse(await Promise.race([line, ended])) as Ready
}

/** Takes in and analyses all music, so that nothing but playing is left to do. */
export async function importAll(dataDir: string, music: string): Promise<void> {
  const station = await startStation(dataDir, ['--music', music])
  try {
    for (let tries = 0; ; tries++) {
      const jobs = await station.get<{ kind: string; state: string }[]>('/api/library/jobs')
      const kinds = new Set(jobs.map(({ kind }) => kind))
      if (kinds.has('analysis') && jobs.every(({ state }) => state !== 'running' && state !== 'waiting')) return
      if (tries > 600) throw new Error(`The music was not analysed in time: ${JSON.stringify(jobs)}`)
      await new Promise((next) => setTimeout(next, 500))
    }
  } finally {
    await station.stop()
  }
}

/** Six pieces of a minute in MP3, each with beats, a chord and some noise of its own. */
export async function makeMusic(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (let number = 1; number <= 6; number++) {
    const root = 110 * 2 ** (number / 6)
    const chord = [1, 1.25, 1.5, 2].map((step) => `0.12*sin(2*PI*${(root * step).toFixed(2)}*t)`).join('+')
    const beat = `(0.6+0.4*cos(2*PI*${1 + number / 8}*t))`
    const source = `aevalsrc=(${chord})*${beat}|(${chord})*${beat}:s=44100:d=60`
    const noise = `anoisesrc=d=60:c=pink:a=0.1:r=44100:seed=${number}`
    await run(benchFfmpeg(), [
      ...['-v', 'error', '-f', 'lavfi', '-i', source, '-f', 'lavfi', '-i', noise],
      ...['-filter_complex', '[0][1]amix=normalize=0', '-ac', '2', '-b:a', '192k', join(folder, `piece-${number}.mp3`)],
    ])
  }
}

/** One tone in each file, a minute long, each of another pitch. @returns the pitches in Hz */
export async function makeTones(folder: string): Promise<number[]> {
  mkdirSync(folder, { recursive: true })
  const pitches = Array.from({ length: 8 }, (_, index) => 500 + index * 400)
  for (const hertz of pitches) {
    const source = `aevalsrc=0.25*sin(2*PI*${hertz}*t)|0.25*sin(2*PI*${hertz}*t):s=48000:d=60`
    await run(benchFfmpeg(), ['-v', 'error', '-f', 'lavfi', '-i', source, join(folder, `tone-${hertz}.wav`)])
  }
  return pitches
}
