// npm run drill: fire drills, on a station of their own or on one that runs.
import { join } from 'node:path'
import { become, build, root, setUp } from './set-up.mjs'

setUp()
build()
await become(join(root, 'out/main/drill.js'), process.argv.slice(2))
