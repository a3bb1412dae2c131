// A listener of a mount: keeps the connection, notes when bytes came, and can tell what they sound like.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

export interface MountListener {
  readonly bytes: number
  readonly closed: boolean
  /** Milliseconds since the connection was made; when bytes came and how many there were by then. */
  readonly arrivals: readonly { atMs: number; bytes: number }[]
  /** Resolves when so many more bytes have come. */
  more(bytes: number): Promise<void>
  /** Everything received so far. */
  recording(): Buffer
  leave(): void
}

export async function listen(url: string): Promise<MountListener> {
  const request = get(url)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`)
  const started = performance.now()
  const chunks: Buffer[] = []
  const arrivals: { atMs: number; bytes: number }[] = []
  const waits: { at: number; done(): void }[] = []
  let bytes = 0
  let closed = false
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    arrivals.push({ atMs: performance.now() - started, bytes })
    for (const wait of waits.splice(0)) {
      if (bytes >= wait.at) wait.done()
      else waits.push(wait)
    }
  })
  response.on('close', () => {
    closed = true
  })
  response.on('error', () => {})
  return {
    get bytes() {
      return bytes
    },
    get closed() {
      return closed
    },
    arrivals,
    more: (count) => new Promise((done) => waits.push({ at: bytes + count, done })),
    recording: () => Buffer.concat(chunks),
    leave: () => void request.destroy(),
  }
}

async function run(args: readonly string[], input?: Buffer): Promise<{ stdout: Buffer; stderr: string }> {
  const child = spawn('ffmpeg', ['-hide_banner', '-nostats', ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const stdout: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (text) => {
    stderr += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  await once(child, 'close')
  return { stdout: Buffer.concat(stdout), stderr }
}

/** @returns mean level in dBFS; −Infinity for nothing at all */
export async function meanVolume(source: Buffer | string, seconds?: number): Promise<number> {
  const input = typeof source === 'string' ? source : 'pipe:0'
  const length = seconds === undefined ? [] : ['-t', String(seconds)]
  const { stderr } = await run(
    ['-i', input, ...length, '-vn', '-af', 'volumedetect', '-f', 'null', '-'],
    typeof source === 'string' ? undefined : source,
  )
  const match = /mean_volume: (-?[\d.]+|-inf) dB/.exec(stderr)
  return match && match[1] !== '-inf' ? Number(match[1]) : Number.NEGATIVE_INFINITY
}

/** @returns the longest silence below `thresholdDb`, in seconds */
export async function longestSilence(recording: Buffer, thresholdDb = -50): Promise<number> {
  const { stderr } = await run(
    ['-i', 'pipe:0', '-af', `silencedetect=noise=${thresholdDb}dB:d=0.2`, '-f', 'null', '-'],
    recording,
  )
  return Math.max(0, ...[...stderr.matchAll(/silence_duration: ([\d.]+)/g)].map((match) => Number(match[1])))
}

/** @returns level in dB of a tone in what was received, against everything else: high where the tone is what one hears */
export async function toneAgainstRest(recording: Buffer, hertz: number): Promise<number> {
  const level = async (filter: string) => {
    const { stderr } = await run(['-i', 'pipe:0', '-af', `${filter},volumedetect`, '-f', 'null', '-'], recording)
    return Number(/mean_volume: (-?[\d.]+) dB/.exec(stderr)?.[1] ?? -91)
  }
  const band = `bandpass=f=${hertz}:width_type=h:w=60,bandpass=f=${hertz}:width_type=h:w=60`
  const rest = `bandreject=f=${hertz}:width_type=h:w=300,bandreject=f=${hertz}:width_type=h:w=300`
  return (await level(band)) - (await level(rest))
}
