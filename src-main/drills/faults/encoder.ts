// Kills the encoder of one output, as a crash would.
import { StationError } from '@contract/errors'
import { type FaultDeps, type FaultRun, waitUntil } from './fault'

export async function killEncoder(deps: FaultDeps, run: FaultRun): Promise<number | null> {
  const id = `encoder.${run.output}`
  const find = () => deps.services().find((service) => service.id === id)
  const before = find()?.pid
  if (!before) throw new StationError('conflict', `The encoder of ${run.output} does not run.`)
  run.begin()
  process.kill(before, 'SIGKILL')
  run.note(`Killed the encoder of ${run.output}, process ${before}.`)
  const back = await waitUntil(run, 30, () => {
    const now = find()
    return now?.state === 'running' && now.pid !== null && now.pid !== before
  })
  if (!back) throw new StationError('unavailable', 'The encoder did not come back within 30 seconds.')
  run.note(`A new encoder runs, process ${find()?.pid}.`)
  return null
}
