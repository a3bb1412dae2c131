// For tests: the engine's worker, whose thread stands still for good when the test says so.
import { workerData } from 'node:worker_threads'
import '../engine.worker'

const { standStill } = workerData as { standStill: SharedArrayBuffer }
const cell = new Int32Array(standStill)
setInterval(() => {
  if (Atomics.exchange(cell, 0, 0) === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}, 20)
