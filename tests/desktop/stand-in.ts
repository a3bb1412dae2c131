// Runs the built application in the stand-in host (host/): the same main, preload and page, with Chromium for a window.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { root } from '../helpers/station'
import { type DesktopApp, type DesktopDriver, endOf, type LaunchOptions } from './driver'

const host = join(import.meta.dirname, 'host')
const spy = join(import.meta.dirname, 'spy.cjs')

interface Answer {
  number: number
  value?: unknown
  error?: string
}

const start = ({ args, environment = {} }: LaunchOptions) =>
  spawn(process.execPath, ['--import', join(host, 'register.mjs'), join(host, 'boot.mjs'), root, '-r', spy, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
  })

async function launch(options: LaunchOptions): Promise<DesktopApp> {
  const child = start(options)
  const ended = endOf(child)
  const waiting = new Map<number, (answer: Answer) => void>()
  child.on('message', (answer: Answer) => waiting.get(answer.number)?.(answer))
  let count = 0
  const ask = async (question: { work?: string; arg?: unknown }) => {
    count += 1
    const number = count
    const answered = new Promise<Answer>((resolve) => waiting.set(number, resolve))
    child.send({ number, ...question })
    const gone = ended.then(
      ({ code, stderr }) => ({ number, error: `The application ended with ${code}: ${stderr}` }) as Answer,
    )
    const { value, error } = await Promise.race([answered, gone])
    waiting.delete(number)
    if (error !== undefined) throw new Error(error)
    return value
  }

  let browser: Browser | undefined
  let looking = false
  // The window may not be there yet; whoever looks for a page asks again.
  const look = async () => {
    if (looking) return
    looking = true
    try {
      browser = await chromium.connectOverCDP(String(await ask({})))
    } catch {
      looking = false
    }
  }
  return {
    pid: child.pid ?? 0,
    pages() {
      void look()
      return browser?.contexts().flatMap((context) => context.pages()) ?? []
    },
    inMain: (work, arg) => ask({ work: String(work), arg }) as never,
    ended,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
      await browser?.close().catch(() => {})
    },
  }
}

export const standIn: DesktopDriver = {
  name: 'the stand-in host',
  missing: null,
  launch,
  run: (options) => endOf(start(options)),
}
