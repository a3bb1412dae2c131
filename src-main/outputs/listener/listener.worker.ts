// The listener worker: everything a listener or an encoder does happens here, so that it cannot delay the program.
import { parentPort, workerData } from 'node:worker_threads'
import { forwardingLog } from '../../monitoring/log'
import { ListenerPlane } from './plane'
import type { ListenerCommand, ListenerReport, ListenerWorkerData } from './protocol'

const port = parentPort
if (!port) throw new Error('The listener worker is started as a worker thread.')

const post = (report: ListenerReport) => port.postMessage(report)
const log = forwardingLog('outputs', (line) => post({ type: 'log', line }))
const plane = new ListenerPlane({ ...(workerData as ListenerWorkerData), log, post })

port.on('message', (command: ListenerCommand) => {
  void plane.command(command).then(() => {
    if (command.type !== 'close') return
    post({ type: 'closed' })
    port.close()
  })
})
await plane.start()
