// Types of every side, each with its own rules.
import { join } from 'node:path'
import { ownNode, root, run } from './set-up.mjs'

const tsc = join(root, 'node_modules/@typescript/native/bin/tsc')
let failed = false
for (const side of ['contract', 'main', 'preload', 'renderer', 'tests']) {
  if (run(ownNode(), [tsc, '-p', `tsconfig.${side}.json`]).status !== 0) failed = true
}
process.exit(failed ? 1 : 0)
