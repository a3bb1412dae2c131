// npm run dev: the desktop application with hot reload. What follows `--` goes to the application.
import { join } from 'node:path'
import { electronRuntime } from './electron-runtime.mjs'
import { become, giveUp, root, setUp } from './set-up.mjs'

setUp()
if (!(await electronRuntime()))
  giveUp(
    'The desktop runtime cannot be had here. The engine alone runs with npm run station; npm run build rebuilds the page.',
  )
await become(join(root, 'node_modules/electron-vite/bin/electron-vite.js'), [
  'dev',
  '--watch',
  '--',
  ...process.argv.slice(2),
])
