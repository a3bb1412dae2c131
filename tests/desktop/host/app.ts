// `app`: the life of the application, its folders, and the lock that leaves one instance for each folder of its own.
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface CancellableEvent {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

export function cancellable<Extra extends object>(extra?: Extra): CancellableEvent & Extra {
  const event = {
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
    ...extra,
  }
  return event as CancellableEvent & Extra
}

/** What the windows and the browser hand to `app`, which is made before them. */
export interface Closing {
  /** Asks every window to close. @returns whether all did */
  closeWindows(): Promise<boolean>
  endBrowser(): Promise<void>
}

class App extends EventEmitter {
  readonly commandLine = { appendSwitch() {}, hasSwitch: () => false, getSwitchValue: () => '' }
  readonly isPackaged = false
  closing: Closing | undefined
  #folder = ''
  #manifest: { name: string; version: string; productName?: string } = { name: 'app', version: '0.0.0' }
  #paths = new Map<string, string>()
  #ready = Promise.withResolvers<void>()
  #isReady = false
  #lock: Server | undefined
  #quitting = false
  #toldFirst: Promise<void> | undefined

  boot(folder: string) {
    this.#folder = resolve(folder)
    this.#manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  }

  becomeReady() {
    this.#isReady = true
    this.emit('ready', {}, {})
    this.#ready.resolve()
  }

  isReady = () => this.#isReady
  whenReady = () => this.#ready.promise
  getAppPath = () => this.#folder
  getVersion = () => this.#manifest.version
  getName = () => this.#manifest.productName ?? this.#manifest.name
  getLocale = () => 'en-GB'
  setAppUserModelId() {}

  getPath(name: string): string {
    const set = this.#paths.get(name)
    if (set) return set
    const appData = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
    const known: Record<string, string> = {
      home: homedir(),
      appData,
      userData: join(appData, this.getName()),
      sessionData: join(appData, this.getName()),
      temp: tmpdir(),
    }
    if (!known[name]) throw new Error(`Failed to get '${name}' path`)
    return known[name]
  }

  setPath(name: string, path: string) {
    if (!path.startsWith('/')) throw new Error('Path must be absolute')
    mkdirSync(path, { recursive: true })
    this.#paths.set(name, path)
  }

  #lockPath() {
    const mark = createHash('sha256').update(this.getPath('userData')).digest('hex').slice(0, 24)
    return join(tmpdir(), `stand-in-${mark}.sock`)
  }

  /** @returns at once, as in Electron; the first instance hears of it while this one ends */
  requestSingleInstanceLock(): boolean {
    if (this.#lock) return true
    const path = this.#lockPath()
    const holder = this.getPath('userData')
    const note = join(holder, 'stand-in.lock')
    const pid = readNumber(note)
    if (pid !== null && isRunning(pid)) {
      this.#toldFirst = tellFirst(path)
      return false
    }
    rmSync(path, { force: true })
    this.#lock = createServer((socket) => {
      let text = ''
      socket.on('data', (part) => {
        text += part
      })
      socket.on('error', () => {})
      socket.on('end', () => {
        socket.end()
        const { argv, workingDirectory } = JSON.parse(text)
        this.emit('second-instance', {}, argv, workingDirectory, null)
      })
    }).listen(path)
    this.#lock.unref()
    mkdirSync(holder, { recursive: true })
    writeFileSync(note, String(process.pid))
    process.once('exit', () => {
      rmSync(note, { force: true })
      rmSync(path, { force: true })
    })
    return true
  }

  hasSingleInstanceLock = () => this.#lock !== undefined

  quit() {
    if (this.#quitting) return
    this.#quitting = true
    void this.#quit().then((gone) => {
      this.#quitting = gone
    })
  }

  async #quit(): Promise<boolean> {
    // Electron answers from the event loop, never from within the call.
    await new Promise(setImmediate)
    const before = cancellable()
    this.emit('before-quit', before)
    if (before.defaultPrevented) return false
    if (!((await this.closing?.closeWindows()) ?? true)) return false
    const will = cancellable()
    this.emit('will-quit', will)
    if (will.defaultPrevented) return false
    await this.#leave(0)
    return true
  }

  exit(code = 0) {
    void this.#leave(code)
  }

  async #leave(code: number) {
    this.emit('quit', {}, code)
    await this.#toldFirst
    await this.closing?.endBrowser()
    process.exit(code)
  }

  /** Called when the last window is gone. */
  allWindowsClosed() {
    if (this.#quitting) return
    if (this.listenerCount('window-all-closed') > 0) this.emit('window-all-closed')
    else this.quit()
  }
}

/** Resolves when the first instance has heard of the second, or cannot be reached. */
const tellFirst = (path: string) =>
  new Promise<void>((resolve) => {
    const client = connect(path)
    client.on('error', () => resolve())
    client.on('close', () => resolve())
    client.end(JSON.stringify({ argv: process.argv, workingDirectory: process.cwd() }))
  })

function readNumber(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export const app = new App()
