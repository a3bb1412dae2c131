// The thread of one rehearsal: copies, simulates, reports, ends. Stopping it is terminating it.
import { parentPort, workerData } from 'node:worker_threads'
import { copyForRehearsal } from './copy'
import type { RehearsalMessage, RehearsalOrder } from './protocol'
import { repeatFinder, reportOf } from './report'
import { Simulation } from './simulate'

const order = workerData as RehearsalOrder
const say = (message: RehearsalMessage) => parentPort?.postMessage(message)

try {
  const db = copyForRehearsal(order.databasePath, order.from)
  const findRepeats = repeatFinder(db, order.from)
  const simulated = await new Simulation(db, order).run((progress) => say({ type: 'progress', progress }))
  say({ type: 'done', result: reportOf(db, order, simulated, findRepeats(simulated)) })
  db.close()
} catch (error) {
  say({ type: 'failed', why: (error as Error).message })
}
