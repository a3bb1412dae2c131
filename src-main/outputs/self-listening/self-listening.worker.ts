// The listening worker: hears the station from outside, so that whatever hangs elsewhere is heard here.
import { parentPort, workerData } from 'node:worker_threads'
import { forwardingLog } from '../../monitoring/log'
import type { ListeningCommand, ListeningReport, ListeningWorkerData } from './protocol'
import { Round } from './round'

const port = parentPort
if (!port) throw new Error('The listening worker is started as a worker thread.')

const post = (report: ListeningReport) => port.postMessage(report)
const log = forwardingLog('listening', (line) => post({ type: 'log', line }))
const round = new Round({
  ...(workerData as ListeningWorkerData),
  log,
  onState: (state) => post({ type: 'process', state }),
  onReport: (report) => post({ type: 'heard', report }),
})

port.on('message', (command: ListeningCommand) => {
  if (command.type === 'targets') round.setTargets(command.targets)
  else if (command.type === 'again') round.forget(command.id)
  else void round.close().then(() => port.close())
})
