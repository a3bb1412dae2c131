// Many listeners on one mount: joins them back to back, then measures for some seconds how evenly the sound arrives.
// Prints {"joined": {…}} when all hear something and {"measured": {…}} at the end.
// Usage: listener-load.mjs PORT PATH COUNT SECONDS
import { connect, type Socket } from 'node:net'

const [port, path, count, seconds] = [
  Number(process.argv[2]),
  process.argv[3],
  Number(process.argv[4]),
  Number(process.argv[5]),
]
const request = `GET ${path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n`
const firstByteMs: number[] = []
const sockets: Socket[] = []
let measuring = false
let largestGapMs = 0
let bytes = 0
let lost = 0

function listen(): Promise<void> {
  return new Promise((resolve) => {
    const startedMs = performance.now()
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    sockets.push(socket)
    let head = true
    let lastMs = 0
    socket.on('data', (chunk) => {
      const nowMs = performance.now()
      // The first byte of sound, not of the head: a server may send its head early.
      if (head && (chunk.indexOf('\r\n\r\n') !== chunk.length - 4 || lastMs > 0)) {
        head = false
        firstByteMs.push(nowMs - startedMs)
        resolve()
      }
      if (measuring && lastMs > 0) largestGapMs = Math.max(largestGapMs, nowMs - lastMs)
      lastMs = nowMs
      bytes += chunk.length
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      lost += 1
      resolve()
    })
  })
}

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`)
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

// A thousand come all at once; a larger crowd gathers, since icecast2 would need minutes to let it in at once.
const atOnce = count <= 1000 ? count : 50
for (let joined = 0; joined < count; joined += atOnce) {
  await Promise.all(Array.from({ length: Math.min(atOnce, count - joined) }, listen))
}
const sorted = firstByteMs.sort((one, other) => one - other)
say({ joined: { p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0, heard: sorted.length, lost } })
// The burst is over before anything is measured.
await pause(3000)
say({ measuring: true })
measuring = true
bytes = 0
await pause(seconds * 1000)
say({ measured: { largestGapMs, kbpsEach: (bytes * 8) / 1000 / seconds / count, lost } })
for (const socket of sockets) socket.destroy()
