// npm run render: what the station would play, as a file.
import { join } from 'node:path'
import { become, build, root, setUp } from './set-up.mjs'

setUp()
build()
await become(join(root, 'out/main/render.js'), process.argv.slice(2))
