// Asks for one file over many kept connections as fast as it is given, and counts. Every answer has the same length.
// Prints {"perSecond": N, "bytes": N}. Usage: segment-load.mjs PORT PATH CONNECTIONS SECONDS
import { connect } from 'node:net'

const [port, path, count, seconds] = [
  Number(process.argv[2]),
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
let answers = 0
let length = 0

for (let index = 0; index < count; index++) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request))
  let received = 0
  let head = ''
  socket.on('data', (chunk) => {
    received += chunk.length
    if (length === 0) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      if (!head.startsWith('HTTP/1.1 200')) throw new Error(head.slice(0, 100))
      length = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1])
    }
    if (received < length) return
    received -= length
    answers += 1
    socket.write(request)
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
await pause(1000)
answers = 0
const startedMs = performance.now()
await pause(seconds * 1000)
process.stdout.write(
  `${JSON.stringify({ perSecond: (answers * 1000) / (performance.now() - startedMs), bytes: length })}\n`,
)
process.exit()
