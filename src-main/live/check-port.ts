// Whether a port can be had, asked before anything that works is stopped for it.
import { createServer } from 'node:net'
import { listenError } from './rtmp-server'

/** @throws StationError as the RTMP server itself would when it cannot listen there */
export async function checkPort(host: string, port: number): Promise<void> {
  const probe = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject)
      probe.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw listenError(code, message, host, port)
  }
  await new Promise((resolve) => probe.close(resolve))
}
