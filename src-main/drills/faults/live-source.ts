// A presenter of the drill's own goes on air over RTMP, and their software freezes with the connection open.
import { StationError } from '@contract/errors'
import { runOnce } from '../../processes'
import { type FaultDeps, type FaultRun, pause, waitUntil } from './fault'

const onAirSeconds = 5

export async function hangLiveSource(deps: FaultDeps, run: FaultRun): Promise<number | null> {
  const { live } = deps
  const { rtmp } = await live.get({})
  if (rtmp.state !== 'running') throw new StationError('conflict', 'The RTMP server does not run.')
  if (deps.liveOnAir() !== null) throw new StationError('conflict', 'A presenter is on air: not now.')
  const name = `Fire drill ${new Date().toISOString().slice(11, 19)}`
  const presenter = await live.presenters.create({ name, autoAir: true, mode: 'full' })
  const publisher = runOnce({
    ...{ name: 'drill.presenter', job: 'fire drill', command: deps.ffmpegPath, stdio: ['ignore', 'ignore', 'pipe'] },
    args: [
      ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', deps.loopPath],
      ...['-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-ac', '2', '-f', 'flv'],
      `rtmp://${localHost(rtmp.host)}:${rtmp.port}/live/${presenter.key}`,
    ],
    secrets: [presenter.key],
  })
  try {
    const airing = await waitUntil(run, 20, () => deps.liveOnAir() === name)
    if (!airing) throw new StationError('unavailable', 'The drill presenter did not get on air within 20 seconds.')
    run.note('The drill presenter is on air.')
    await pause(run, onAirSeconds)
    run.begin()
    if (publisher.pid) process.kill(publisher.pid, 'SIGSTOP')
    run.note('Froze their software.')
    const back = await waitUntil(run, 30, () => deps.liveOnAir() === null && deps.airItem() !== null)
    if (!back) throw new StationError('unavailable', 'The queue did not come back within 30 seconds.')
    run.note(`The queue is back: “${deps.airItem()?.title ?? ''}”.`)
    return null
  } finally {
    await publisher.kill()
    await live.presenters.remove({ id: presenter.id })
  }
}

const localHost = (host: string) => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host)
