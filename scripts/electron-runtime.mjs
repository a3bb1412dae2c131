// Electron's runtime: npm installs the package without it, so it is fetched with the first start of the desktop.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownNode, root } from './set-up.mjs'

const folder = join(root, 'node_modules', 'electron')
const probeMs = 5000
const downloadMs = 300_000
/** Enough to unpack a copy that npm's cache has; a network that swallows everything costs no more. */
const offlineMs = 15_000

/** @returns path of the program, or null while it is not there */
function present() {
  const note = join(folder, 'path.txt')
  if (!existsSync(note)) return null
  const program = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(note, 'utf8'))
  return existsSync(program) ? program : null
}

/** Whether the place it comes from answers at all. */
async function reachable() {
  if (process.env.ELECTRON_GET_USE_PROXY) return true
  const mirror = process.env.npm_config_electron_mirror ?? process.env.ELECTRON_MIRROR ?? 'https://github.com/'
  try {
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(probeMs) })
    return true
  } catch {
    return false
  }
}

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/** @returns path of Electron's program, fetched if it can be; null where it cannot be had. Takes minutes at most. */
export async function electronRuntime() {
  const install = join(folder, 'install.js')
  if (present() || !existsSync(install)) return present()
  const online = await reachable()
  if (online) process.stderr.write('Fetching the desktop runtime, about 120 MB; this happens once …\n')
  spawnSync(ownNode(), [install], { stdio: 'ignore', timeout: online ? downloadMs : offlineMs, killSignal: 'SIGKILL' })
  return present()
}
