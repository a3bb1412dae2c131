// npm run station: the same engine without a window.
import { join } from 'node:path'
import { leanMemory } from './lean-memory.mjs'
import { become, build, root, setUp } from './set-up.mjs'

setUp()
build()
await become(join(root, 'out/main/headless.js'), process.argv.slice(2), leanMemory)
