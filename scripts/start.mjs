// npm start: opens the studio. The desktop window where Electron's runtime and a display can be had; else the same studio
// without a window, to be opened in a browser at the printed address.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { electronRuntime, hasDisplay } from './electron-runtime.mjs'
import { become, build, root, setUp } from './set-up.mjs'

const args = process.argv.slice(2)
/** A runtime that cannot open a window here (no sandbox, as root, no X server) ends within this time. */
const hopelessMs = 15_000

const inBrowser = (why) => {
  process.stderr.write(`${why}, so the studio opens in a browser instead.\n`)
  return become(join(root, 'out/main/headless.js'), ['--open', ...args])
}

/** @returns false when it could not open; an orderly end, of code 0 or 2, ends this process too */
function runDesktop(runtime) {
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env
  const started = Date.now()
  const child = spawn(runtime, [root, ...args], { stdio: 'inherit', env: environment })
  let stopped = false
  const pass = (signal) => {
    stopped = true
    child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve) => {
    child.on('error', () => resolve(false))
    child.on('exit', (code) => {
      if (stopped || code === 0 || code === 2 || Date.now() - started > hopelessMs) process.exit(code ?? 1)
      for (const signal of signals) process.off(signal, pass)
      resolve(false)
    })
  })
}

setUp()
build()
if (!hasDisplay()) await inBrowser('There is no display here')
else {
  const runtime = await electronRuntime()
  if (!runtime) await inBrowser('The desktop runtime cannot be had here')
  else if (!(await runDesktop(runtime))) await inBrowser('The desktop runtime cannot open a window here')
}
