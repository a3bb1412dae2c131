// Suspends this very process, and has a helper wake it.
import { StationError } from '@contract/errors'
import { runOnce } from '../../processes'
import { type FaultDeps, type FaultRun, pause } from './fault'

export const suspendedSeconds = 20
/** So that what was asked for is answered before everything stands still. */
const leadSeconds = 0.5

export async function suspendStation(_deps: FaultDeps, run: FaultRun): Promise<number | null> {
  if (process.platform === 'win32')
    throw new StationError('unavailable', 'Windows has no way to suspend a process: close the lid instead.')
  const script = `sleep ${leadSeconds}; kill -STOP "$0"; sleep ${suspendedSeconds}; kill -CONT "$0"`
  run.begin()
  run.note('Suspends the station.')
  const startedMs = Date.now()
  const helper = runOnce({
    ...{ name: 'drill.suspend', job: 'fire drill', command: '/bin/sh', stdio: ['ignore', 'ignore', 'pipe'] },
    args: ['-c', script, String(process.pid)],
  })
  const { ok, message } = await helper.done
  if (!ok) throw new StationError('unavailable', `The station could not be suspended: ${message}`)
  run.note(`Awake again after ${((Date.now() - startedMs) / 1000 - leadSeconds).toFixed(1)} s.`)
  await pause(run, 1)
  return null
}
