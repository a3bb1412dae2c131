// npm run dev: the desktop application with hot reload.
import { join } from 'node:path'
import { become, root, setUp } from './set-up.mjs'

setUp()
await become(join(root, 'node_modules/electron-vite/bin/electron-vite.js'), [
  'dev',
  '--watch',
  ...process.argv.slice(2),
])
