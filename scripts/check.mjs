// npm run check: everything that is quick: types, lint, architecture, dead code.
import { join } from 'node:path'
import { ownNode, root, run, setUp } from './set-up.mjs'

export const checks = [
  { name: 'types', args: ['scripts/typecheck.mjs'] },
  { name: 'lint and format', args: ['node_modules/@biomejs/biome/bin/biome', 'check'] },
  { name: 'architecture', args: ['scripts/arch.mjs'] },
  { name: 'dead code', args: ['node_modules/knip/bin/knip.js'] },
]

/** @returns the names of the checks that failed */
export function runChecks() {
  return checks.filter(({ name, args: [file, ...rest] }) => {
    const started = Date.now()
    const { status } = run(ownNode(), [join(root, file), ...rest])
    console.log(`${status === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
    return status !== 0
  })
}

if (process.argv[1] === import.meta.filename) {
  setUp()
  process.exit(runChecks().length > 0 ? 1 : 0)
}
