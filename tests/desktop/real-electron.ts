// Runs the built application in Electron itself, where its binary and a display are there.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { root } from '../helpers/station'
import { type DesktopApp, type DesktopDriver, endOf, type LaunchOptions } from './driver'

const folder = join(root, 'node_modules/electron')
const spy = join(import.meta.dirname, 'spy.cjs')

function binary(): string | null {
  const note = join(folder, 'path.txt')
  const path = existsSync(note) ? join(folder, 'dist', readFileSync(note, 'utf8')) : ''
  return path && existsSync(path) ? path : null
}

function missing(): string | null {
  if (!binary()) return "Electron's binary is not here: node node_modules/electron/install.js fetches it"
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display; xvfb-run gives one'
  return null
}

const argsOf = ({ args }: LaunchOptions) => ['-r', spy, '--use-fake-device-for-media-stream', root, ...args]
const environmentOf = ({ environment }: LaunchOptions) => ({ ...process.env, ...environment }) as Record<string, string>

async function launch(options: LaunchOptions): Promise<DesktopApp> {
  const electron = await _electron.launch({
    executablePath: binary() ?? '',
    args: argsOf(options),
    env: environmentOf(options),
  })
  const child = electron.process()
  const ended = endOf(child)
  return {
    pid: child.pid ?? 0,
    pages: () => electron.windows(),
    inMain: (work, arg) => electron.evaluate(work as never, arg) as never,
    ended,
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

export const realElectron: DesktopDriver = {
  name: 'Electron',
  missing: missing(),
  launch,
  run: (options) =>
    endOf(spawn(binary() ?? '', argsOf(options), { stdio: ['ignore', 'ignore', 'pipe'], env: environmentOf(options) })),
}
