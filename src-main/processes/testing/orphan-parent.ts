// A small program for the tests: starts a child in its main thread and one in a worker, prints their ids, and waits to be killed.
import { parentPort, setEnvironmentData, Worker, workerData } from 'node:worker_threads'
import { keepPidsIn, runOnce } from '../index'
import { wrapperKey } from '../spawn'

// A child that heeds nothing but SIGKILL.
const stubborn = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); setInterval(() => {}, 1000)"

function startChild(name: string): number | null {
  return runOnce({
    name,
    job: 'test',
    command: process.execPath,
    args: ['-e', stubborn],
    stdio: ['ignore', 'ignore', 'pipe'],
  }).pid
}

if (parentPort) {
  parentPort.postMessage(startChild('in a worker'))
  setInterval(() => {}, 1000)
} else {
  const [pidFolder = '', mode] = process.argv.slice(2)
  keepPidsIn(pidFolder)
  if (mode === 'without-setpriv') setEnvironmentData(wrapperKey, '')
  const inMain = startChild('in the main thread')
  const worker = new Worker(new URL(import.meta.url), { workerData })
  worker.on('message', (inWorker) => {
    process.stdout.write(`${JSON.stringify([inMain, inWorker])}\n`)
    if (mode === 'exit') setTimeout(() => process.exit(0), 50)
    if (mode === 'end-worker') void worker.terminate()
  })
}
