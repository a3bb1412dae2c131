// A listener plane by itself, with a tone for its program: run as a process of its own, so that its processor time is its own.
// Prints {"port": N} once its outputs run. Usage: listener-plane.mjs mp3|hls
import { tmpdir } from 'node:os'
import { silentLog } from '../../src-main/monitoring/log'
import { ListenerPlane } from '../../src-main/outputs/listener/plane'
import { ownToken, testConfig } from '../../src-main/outputs/testing/station'
import { startToneProgram } from '../../src-main/outputs/testing/tone-program'
import { benchFfmpeg } from '../bench-station'

const output = process.argv[2]
// With noise in it the encoders use their whole bit rate, as with music.
const program = startToneProgram(undefined, { noise: 0.2 })
let port = 0
let told = false
const plane = new ListenerPlane({
  ...{
    ring: program.ring,
    ffmpegPath: benchFfmpeg(),
    rendererDir: '/nonexistent',
    workFolder: tmpdir(),
    ...{ log: silentLog, ownToken },
  },
  config: {
    ...testConfig,
    hls: output === 'hls',
    mounts: { mp3: output === 'mp3' ? { kbps: 128 } : null, aac: null, opus: null },
    maxListeners: 20_000,
  },
  post(report) {
    if (report.type === 'listening') port = report.port
    if (told || report.type !== 'status' || !report.outputs.some(({ latencyMs }) => latencyMs !== null)) return
    told = true
    process.stdout.write(`${JSON.stringify({ port })}\n`)
  },
})
await plane.start()
