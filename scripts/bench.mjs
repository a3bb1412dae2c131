// npm run bench: the measurements of bench/, each beside its peer where that is installed.
import { join } from 'node:path'
import { become, build, root, setUp } from './set-up.mjs'

setUp()
build()
await become(join(root, 'node_modules/vitest/vitest.mjs'), [
  'run',
  '--config',
  'bench/vitest.config.ts',
  ...process.argv.slice(2),
])
