// Server door: the same station without a window. Prints one JSON line when it is ready; a browser does the rest.
import './lean-memory'
import { join } from 'node:path'
import { StationError } from '@contract/errors'
import { helpText, openStation, parseLaunchOptions } from './station'

const appDir = join(import.meta.dirname, '../..')
const closePatienceMs = 4500

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  const launch = parseLaunchOptions(args)
  if (launch.help) {
    process.stdout.write(helpText())
    return
  }
  const station = await openStation({ appDir, resourcesDir: join(appDir, 'resources'), launch, door: 'headless' })
  let closing = false
  const close = () => {
    if (closing) return
    closing = true
    // A room that hangs must not keep the process: what it has written is safe.
    setTimeout(() => process.exit(0), closePatienceMs).unref()
    void station.close().then(() => process.exit(0))
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
  process.on('SIGHUP', close)
  const { control, listen, rtmp, signIn } = station.addresses()
  process.stdout.write(`${JSON.stringify({ event: 'ready', control, listen, rtmp, signIn })}\n`)
  if (launch.open) process.stderr.write(`\nThe studio is open: ${signIn}\nListeners hear it at ${listen}\n`)
}

main().catch((error: unknown) => {
  const clear = error instanceof StationError
  process.stderr.write(clear ? `${error.message}\n` : `Wavedesk cannot start: ${(error as Error).stack ?? error}\n`)
  process.exit(clear ? 2 : 1)
})
