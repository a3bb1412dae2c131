// The playout worker: commands in, events out, the program into shared memory. Started by engine-host.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ProgramWriter } from '../program-ring'
import { ffmpegDecoders } from './decoder-process'
import { raisePriority } from './priority'
import type { EngineEvent, EngineWorkerData, EngineWorkerMessage, LivePortMessage, LivePortName } from './protocol'
import { RealtimeDriver } from './realtime-driver'
import { warmUp } from './warm-up'

const main = parentPort
if (!main) throw new Error('The engine runs in a worker thread.')
const { ring, ffmpegPath, decoderMemoryMb } = workerData as EngineWorkerData

raisePriority()
await warmUp()
const emit = (event: EngineEvent) => main.postMessage(event)
const driver = new RealtimeDriver({
  program: new ProgramWriter(ring),
  openDecoder: ffmpegDecoders({
    ffmpegPath,
    memoryLimitMb: decoderMemoryMb,
    onState: (state) => emit({ type: 'process', process: state }),
  }),
  emit,
})

const livePorts = new Map<LivePortName, MessagePort>()
/** Who is at the other end of a port that closes is gone with all its sources. */
function listenTo(port: MessagePort, name: LivePortName): void {
  livePorts.get(name)?.close()
  livePorts.set(name, port)
  const open = new Set<string>()
  port.on('message', (message: LivePortMessage) => {
    if (message.type === 'open') open.add(message.sourceId)
    else if (message.type === 'close') open.delete(message.sourceId)
    driver.receiveLive(message)
  })
  port.on('close', () => {
    for (const sourceId of open) driver.receiveLive({ type: 'close', sourceId, reason: 'its sender is gone' })
    if (livePorts.get(name) === port) livePorts.delete(name)
  })
}

main.on('message', (message: EngineWorkerMessage) => {
  if (message.type === 'livePort') listenTo(message.port, message.name)
  else if (message.type === 'ping') main.postMessage({ type: 'pong' })
  else if (message.type === 'close') {
    driver.close()
    for (const port of livePorts.values()) port.close()
    main.close()
  } else driver.command(message)
})
emit({ type: 'ready' })
