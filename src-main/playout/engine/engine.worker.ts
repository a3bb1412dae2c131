// The playout worker: commands in, events out, the program into shared memory. Started by engine-host.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ProgramWriter } from '../program-ring'
import { ffmpegDecoders } from './decoder-process'
import { raisePriority } from './priority'
import type { EngineEvent, EngineWorkerData, EngineWorkerMessage, LivePortMessage } from './protocol'
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

let livePort: MessagePort | null = null
function listenTo(port: MessagePort): void {
  livePort?.close()
  livePort = port
  port.on('message', (message: LivePortMessage) => driver.receiveLive(message))
}

main.on('message', (message: EngineWorkerMessage) => {
  if (message.type === 'livePort') listenTo(message.port)
  else if (message.type === 'close') {
    driver.close()
    livePort?.close()
    main.close()
  } else driver.command(message)
})
emit({ type: 'ready' })
