// npm run bench: the measurements of bench/, each beside its peer where that is installed. `npm run bench -- chain skip`
// makes some of them alone. One that fails is said so and the others go on.
import { join } from 'node:path'
import { become, build, root, setUp } from './set-up.mjs'

setUp()
build()
await become(join(root, 'bench/run-all.mjs'), process.argv.slice(2))
