// A real Chromium with a microphone that says one known tone: the studio's Talk, and a guest with a link.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { watchForErrors } from '../helpers/browser'
import { type RunningStation, startStation, temporaryFolder, until } from '../helpers/station'

const hertz = 1900
const rate = 48_000
// Talk, streams and a browser in one: on a busy machine this takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

let station: RunningStation
let browser: Browser
let context: BrowserContext
let studio: Page
let network: Network

/** A microphone that says a tone of −6 dBFS. */
function toneFile(): string {
  const seconds = 10
  const data = Buffer.alloc(44 + seconds * rate * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(data.length - 8, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(rate, 24)
  data.writeUInt32LE(rate * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(seconds * rate * 2, 40)
  for (let frame = 0; frame < seconds * rate; frame++) {
    data.writeInt16LE(Math.round(16_384 * Math.sin((2 * Math.PI * hertz * frame) / rate)), 44 + frame * 2)
  }
  const path = join(temporaryFolder('tone'), 'tone.wav')
  writeFileSync(path, data)
  return path
}

/** A way to the listener port that can be cut. */
class Network {
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  url = ''

  constructor(target: string) {
    const { hostname, port } = new URL(target)
    this.#server = createServer((socket) => {
      const other = connect(Number(port), hostname)
      socket.pipe(other).pipe(socket)
      for (const end of [socket, other]) {
        this.#sockets.add(end)
        end.on('error', () => end.destroy())
        end.on('close', () => {
          this.#sockets.delete(end)
          socket.destroy()
          other.destroy()
        })
      }
    })
  }
  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
  close(): void {
    this.cut()
    this.#server.close()
  }
}

beforeAll(async () => {
  station = await startStation({ args: ['--demo', '--on-air'] })
  network = new Network(station.listen)
  await network.open()
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required', '--no-first-run'],
      ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
      `--use-file-for-fake-audio-capture=${toneFile()}`,
    ],
  })
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['microphone'] })
  // Whatever comes out of the loudspeakers can be measured.
  await context.addInitScript(() => {
    const plain = AudioNode.prototype.connect as (this: AudioNode, ...rest: unknown[]) => AudioNode
    AudioNode.prototype.connect = function (this: AudioNode, ...rest: unknown[]) {
      const [to] = rest
      if (to instanceof AudioDestinationNode) {
        const analyser = this.context.createAnalyser()
        analyser.fftSize = 16_384
        analyser.smoothingTimeConstant = 0
        plain.call(this, analyser)
        const page = window as never as { heard?: AnalyserNode[] }
        page.heard = [...(page.heard ?? []), analyser]
      }
      return plain.apply(this, rest)
    } as typeof AudioNode.prototype.connect
  })
})
afterAll(async () => {
  await browser?.close()
  network?.close()
  await station?.remove()
})

/** What comes out of a page's loudspeakers: the tone against everything, in dB below full scale. */
const inPage = (page: Page) =>
  page.evaluate(
    ([tone, sampleRate]) => {
      let toneDb = -200
      let peak = 0
      for (const analyser of (window as never as { heard?: AnalyserNode[] }).heard ?? []) {
        const bins = new Float32Array(analyser.frequencyBinCount)
        analyser.getFloatFrequencyData(bins)
        const bin = Math.round((tone! * analyser.fftSize) / sampleRate!)
        toneDb = Math.max(toneDb, ...bins.subarray(bin - 2, bin + 3))
        const samples = new Float32Array(analyser.fftSize)
        analyser.getFloatTimeDomainData(samples)
        for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
      }
      return { toneDb, peak }
    },
    [hertz, rate],
  )

/** How loud the tone is in what listeners of the MP3 stream hear, in dB below full scale. */
async function onProgram(): Promise<number> {
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      `${station.listen}/stream.mp3`,
      '-t',
      '2',
      '-ac',
      '1',
      '-ar',
      String(rate),
      '-f',
      'f32le',
      '-',
    ],
    { encoding: 'buffer', maxBuffer: 1 << 26 },
  )
  const samples = new Float32Array(new Uint8Array(stdout).buffer, 0, Math.floor(stdout.length / 4))
  let loudest = -200
  for (let start = 0; start + 4800 <= samples.length; start += 4800) {
    let real = 0
    let imaginary = 0
    for (let frame = 0; frame < 4800; frame++) {
      const value = samples[start + frame]! * (1 - Math.cos((2 * Math.PI * frame) / 4800))
      real += value * Math.cos((2 * Math.PI * hertz * frame) / rate)
      imaginary += value * Math.sin((2 * Math.PI * hertz * frame) / rate)
    }
    loudest = Math.max(loudest, 10 * Math.log10((4 * (real ** 2 + imaginary ** 2)) / 4800 ** 2 + 1e-20))
  }
  return loudest
}

const air = () => station.get('/api/playout')
const guestSource = async () =>
  (await station.get('/api/live')).sources.find((source: { protocol: string }) => source.protocol === 'guest')

test('Talk puts the microphone of the browser over the music, with its level and delay, and takes it off', async () => {
  studio = await context.newPage()
  studio.setDefaultTimeout(40_000)
  const errors = watchForErrors(studio)
  await studio.goto(station.signIn)
  await studio.getByLabel('Name').fill('Ines')
  await studio.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await studio.getByLabel('Password again').fill('correct horse battery')
  await studio.getByRole('button', { name: 'Make the account' }).click()
  await until(air, ({ onAir, item }) => onAir && item !== null)
  await studio.getByRole('button', { name: /^Talk/ }).click()
  await until(air, ({ voices }) => voices.some(({ presenter }: { presenter: string }) => presenter === 'Ines'))
  await studio.getByRole('button', { name: /^Stop talking/ }).waitFor()
  await until(onProgram, (toneDb) => toneDb > -24, 60)
  await studio.getByText(/to air$/).waitFor()
  const { live } = await station.get('/api/playout/meter')
  console.log(`microphone to the program, as it is shown: ${Math.round(live[0].latencySeconds * 1000)} ms`)
  const axe = await new AxeBuilder({ page: studio }).include('[aria-label="Talk"]').analyze()
  expect(axe.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  expect(errors).toEqual([])
})

test('who talks can hear the program, and not themselves', async () => {
  await studio.getByRole('switch', { name: 'Hear the program' }).click()
  await until(
    () => inPage(studio),
    ({ peak }) => peak > 0.01,
  )
  expect((await inPage(studio)).toneDb).toBeLessThan(-45)
  await studio.getByRole('button', { name: /^Stop talking/ }).click()
  await until(air, ({ voices }) => voices.length === 0)
})

test('a microphone whose page goes away on air hands back, and the studio says so', async () => {
  await studio.getByRole('button', { name: /^Talk/ }).waitFor()
  await studio.keyboard.press('t')
  await until(air, ({ voices }) => voices.length === 1)
  await studio.goto('about:blank')
  await until(air, ({ voices }) => voices.length === 0)
  await studio.close()
})

test('a guest comes in by a link, hears the program without themselves, and is put on air', async () => {
  const { url } = await station.send('POST', '/api/live/guests', { name: 'Gustav', invitedBy: 'Ines', hours: 1 })
  const guest = await context.newPage()
  guest.setDefaultTimeout(40_000)
  const errors = watchForErrors(guest)
  await guest.goto(network.url + new URL(url).pathname)
  await guest.getByText('Ines invites you to speak').waitFor()
  await guest.getByRole('button', { name: /join/ }).click()
  await guest.getByText('nobody hears you yet').waitFor()
  const source = await until(guestSource, (found) => found?.state === 'ready', 30)
  expect(source).toMatchObject({ presenter: 'Gustav', codec: 'Opus', mode: 'talkover' })
  await until(
    () => inPage(guest),
    ({ peak }) => peak > 0.01,
    30,
  )
  await until(
    () => station.send('POST', `/api/live/sources/${source.id}/take`, {}).catch(() => null),
    (taken) => taken !== null,
    40,
  )
  await guest.getByText('You are ON AIR').waitFor()
  await until(onProgram, (toneDb) => toneDb > -24, 60)
  expect((await inPage(guest)).toneDb).toBeLessThan(-40)
  const axe = await new AxeBuilder({ page: guest }).analyze()
  expect(axe.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([])
  expect(errors).toEqual([])

  // The network goes away for a moment: the page comes back by itself.
  network.cut()
  await until(guestSource, (found) => found !== undefined && found.id !== source.id && found.state === 'ready', 40)
  await guest.getByText('nobody hears you yet').waitFor()

  const [link] = await station.get('/api/live/guests')
  await station.send('DELETE', `/api/live/guests/${link.id}`)
  await guest.getByText('This invitation was taken back').waitFor()
  await until(guestSource, (found) => found === undefined)
  await guest.reload()
  await guest.getByText('This invitation was taken back').waitFor()
  await guest.close()
})

test('a link that is wrong says so', async () => {
  const guest = await context.newPage()
  await guest.goto(`${network.url}/guest/aaaaaaaaaaaaaaaaaaaaaaaa`)
  await guest.getByText('This link is not known').waitFor()
  await guest.close()
})
