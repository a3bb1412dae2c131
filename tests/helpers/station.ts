// Starts a real station as an operator would: the built server door as a process of its own, on free ports.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const root = join(import.meta.dirname, '../..')
export const apiKey = 'key-of-the-tests'

export interface RunningStation {
  control: string
  listen: string
  rtmp: string
  signIn: string
  dataDir: string
  child: ChildProcess
  /** Calls the API with the owner's key. */
  api(path: string, init?: RequestInit & { json?: unknown }): Promise<Response>
  /** As `api`, and gives the body; a status of 400 and above throws. */
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer
  get(path: string): Promise<any>
  // biome-ignore lint/suspicious/noExplicitAny: the body of any answer
  send(method: string, path: string, json?: unknown): Promise<any>
  /** @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Stops it and removes its data folder. */
  remove(): Promise<void>
}

interface StartOptions {
  /** Folder of package.json and out/; ours unless told. */
  app?: string
  dataDir?: string
  args?: readonly string[]
  environment?: NodeJS.ProcessEnv
}

export const temporaryFolder = (name: string) => mkdtempSync(join(tmpdir(), `wavedesk-${name}-`))

/** Runs the server door and gives what it printed; for starts that are meant to fail. */
export async function runStation(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [join(root, 'out/main/headless.js'), ...args], {
    env: { ...process.env, ...environment },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

async function readyLine(child: ChildProcess): Promise<Record<string, string>> {
  let errors = ''
  child.stderr?.on('data', (text) => {
    errors += text
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The station ended with ${code} before it was ready: ${errors}`)
  })
  const lines = createInterface({ input: child.stdout! })
  const ready = (async () => {
    for await (const line of lines) {
      if (line.startsWith('{"event":"ready"')) return JSON.parse(line) as Record<string, string>
    }
    throw new Error('The station printed no ready line.')
  })()
  return Promise.race([ready, ended])
}

export async function startStation({
  app = root,
  dataDir = temporaryFolder('station'),
  args = [],
  environment = {},
}: StartOptions = {}): Promise<RunningStation> {
  const ports = ['--port', '0', '--listen-port', '0', '--rtmp-port', '0']
  const child = spawn(process.execPath, [join(app, 'out/main/headless.js'), '--data-dir', dataDir, ...ports, ...args], {
    env: { ...process.env, WAVEDESK_API_KEY: apiKey, ...environment },
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const { control, listen, rtmp, signIn } = await readyLine(child)
  const api: RunningStation['api'] = (path, { json, ...init } = {}) =>
    fetch(control + path, {
      ...init,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...init.headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
  const body = async (response: Response) => {
    const text = await response.text()
    if (response.status >= 400) throw new Error(`${response.status} ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return (await exited)[0]
  }
  return {
    ...({ control, listen, rtmp, signIn } as { control: string; listen: string; rtmp: string; signIn: string }),
    dataDir,
    child,
    api,
    get: async (path) => body(await api(path)),
    send: async (method, path, json) => body(await api(path, { method, json })),
    stop,
    async remove() {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Asks again until `ready` holds; the last answer is in the error. */
export async function until<Value>(
  ask: () => Promise<Value>,
  ready: (value: Value) => boolean,
  seconds = 20,
): Promise<Value> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const value = await ask()
    if (ready(value)) return value
    if (performance.now() > end) throw new Error(`Not so within ${seconds} s: ${JSON.stringify(value)?.slice(0, 500)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
