// npm start: opens the studio. The desktop window where Electron's runtime and a display can be had; else the same studio
// without a window, to be opened in a browser at the printed address.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { leanMemory } from './lean-memory.mjs'
import { become, build, ownNode, root, setUp } from './set-up.mjs'

setUp()
build()

const require = createRequire(join(root, 'package.json'))

/** Path of Electron's runtime, fetched on first use; null where it cannot be had. */
function electronRuntime() {
  const folder = join(root, 'node_modules/electron')
  const file = () => {
    const name =
      { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron'
    const path = join(folder, 'dist', name)
    return existsSync(path) ? path : null
  }
  const found = file()
  if (found || !existsSync(join(folder, 'install.js'))) return found
  process.stderr.write('Fetching the desktop runtime …\n')
  spawnSync(ownNode(), [require.resolve('electron/install.js')], { stdio: 'ignore', timeout: 180_000 })
  return file()
}

const display = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
const runtime = display ? electronRuntime() : null
const args = process.argv.slice(2)

if (runtime) {
  const done = spawnSync(runtime, [root, ...args], { stdio: 'inherit' })
  process.exit(done.status ?? 1)
}
process.stderr.write(
  `${display ? 'The desktop runtime cannot be had here' : 'There is no display here'}, so the studio opens in a browser instead.\n`,
)
await become(join(root, 'out/main/headless.js'), ['--open', ...args], leanMemory)
