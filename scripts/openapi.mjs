// npm run openapi: brings docs/openapi.json up to date with the contract, accepting what has changed.
import { join } from 'node:path'
import { become, root, setUp } from './set-up.mjs'

setUp()
await become(join(root, 'node_modules/vitest/vitest.mjs'), ['run', 'src-main/server/openapi.test.ts'], {
  WAVEDESK_ACCEPT_OPENAPI: '1',
})
