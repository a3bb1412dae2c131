// A track whose file is there and gives nothing: as when a network drive drops out after the queue was made.
import { truncate } from 'node:fs/promises'
import { StationError } from '@contract/errors'
import { type FaultDeps, type FaultRun, waitUntil } from './fault'

export async function makeFileUnreadable(deps: FaultDeps, run: FaultRun): Promise<number | null> {
  const { playout } = deps
  const track = await deps.uploadTrack(deps.loopPath, 'Fire drill.opus')
  let queued: number | null = null
  try {
    await truncate(track.path, 0)
    run.note('Made the file of a drill track unreadable.')
    const items = await playout.queue.add({ trackId: track.id, position: 'next' })
    queued = items.find(({ trackId }) => trackId === track.id)?.id ?? null
    run.begin()
    await playout.skip({})
    run.note('Skipped to it.')
    const onAir = () => deps.airItem()
    const moved = await waitUntil(run, 20, () => {
      const item = onAir()
      return item !== null && item.trackId !== track.id && !deps.queuedIds().includes(queued ?? -1)
    })
    if (!moved) throw new StationError('unavailable', 'The station did not get past the file within 20 seconds.')
    run.note(`“${onAir()?.title ?? ''}” plays.`)
    return null
  } finally {
    if (queued !== null && deps.queuedIds().includes(queued)) await playout.queue.remove({ id: queued })
    await deps.removeTrack(track.id)
  }
}
