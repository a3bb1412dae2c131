// npm run reference: brings docs/openapi.json and docs/settings.md up to date with the contract, accepting what has changed.
import { join } from 'node:path'
import { become, root, setUp } from './set-up.mjs'

setUp()
await become(
  join(root, 'node_modules/vitest/vitest.mjs'),
  ['run', 'src-main/server/openapi.test.ts', 'src-main/server/settings-reference.test.ts'],
  { WAVEDESK_ACCEPT_REFERENCE: '1' },
)
