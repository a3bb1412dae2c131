// npm test: every check, the build, and every test through the doors. Ends with one line: N passed, N failed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checks, runChecks } from './check.mjs'
import { build, ensurePrograms, ownNode, root, run, setUp } from './set-up.mjs'

setUp()
ensurePrograms({
  ffmpeg: 'ffmpeg',
  ffprobe: 'ffmpeg',
  chromium: 'chromium',
  setpriv: 'util-linux',
  mpv: 'mpv',
  openssl: 'openssl',
})

const failedChecks = runChecks()
build({ force: true })

const folder = mkdtempSync(join(tmpdir(), 'wavedesk-test-'))
const report = join(folder, 'report.json')
run(ownNode(), [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
])

let result
try {
  result = JSON.parse(readFileSync(report, 'utf8'))
} catch {
  result = { numPassedTests: 0, numFailedTests: 1, success: false }
}
rmSync(folder, { recursive: true, force: true })

const brokenSuites = result.success === false && result.numFailedTests === 0 ? 1 : 0
const passed = result.numPassedTests + checks.length - failedChecks.length
const failed = result.numFailedTests + failedChecks.length + brokenSuites
if (failedChecks.length > 0) console.error(`Failed checks: ${failedChecks.map(({ name }) => name).join(', ')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 || result.numPassedTests === 0 ? 1 : 0)
