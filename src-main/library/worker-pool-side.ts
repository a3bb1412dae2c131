// The worker's end of the pool: answers one request after the other.
import { parentPort } from 'node:worker_threads'

export interface PoolRequest {
  number: number
  request: unknown
}

export type PoolMessage =
  | { number: number; type: 'part'; value: unknown }
  | { number: number; type: 'answer'; value: unknown }
  | { number: number; type: 'error'; message: string; code?: string }

/** @param handle gets a request, may send parts of its answer ahead, and returns the answer */
export function serve<Request>(handle: (request: Request, part: (value: unknown) => void) => Promise<unknown>): void {
  const port = parentPort
  if (!port) throw new Error('This file runs in a worker thread only.')
  const post = (message: PoolMessage) => port.postMessage(message)
  port.on('message', ({ number, request }: PoolRequest) => {
    handle(request as Request, (value) => post({ number, type: 'part', value })).then(
      (value) => post({ number, type: 'answer', value }),
      (error: NodeJS.ErrnoException) => post({ number, type: 'error', message: error.message, code: error.code }),
    )
  })
}
