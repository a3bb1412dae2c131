// The studio's microphone, one for the whole page: it stays open while other screens are shown.
import { microphoneMessage, microphoneOrderMessages } from '@contract/desktop'
import type { LiveSource } from '@contract/live'
import { type LinkRefusal, microphonePath } from '@contract/sound-link'
import { create } from 'zustand'
import { client, describeError, desktop } from '../../client'
import { SoundLink } from '../../sound'
import { useStation } from '../../stores'
import { showError } from '../../ui'

export type Mode = LiveSource['mode']
export type Problem =
  | 'denied'
  | 'none'
  | 'busy'
  | 'insecure'
  | 'unsupported'
  | 'unplugged'
  | 'lost'
  | 'refused'
  | 'other'

/** What is kept in this browser. */
interface Choice {
  deviceId: string
  echoCancellation: boolean
  noiseSuppression: boolean
  autoGainControl: boolean
  stereo: boolean
  mode: Mode
  volume: number
}

interface MicrophoneStore {
  phase: 'closed' | 'opening' | 'open'
  problem: Problem | null
  choice: Choice
  devices: { deviceId: string; label: string }[]
  deviceName: string
  /** The station's name for it; null until it has been welcomed. */
  sourceId: string | null
  muted: boolean
  monitoring: boolean
}

const storageKey = 'wavedesk.microphone'
const portTimeoutMs = 5000
const readyTimeoutMs = 5000
const standard: Choice = {
  deviceId: '',
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  stereo: false,
  mode: 'talkover',
  volume: 0.8,
}

function remembered(): Choice {
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Choice>) }
  } catch {
    return standard
  }
}

export const useMicrophone = create<MicrophoneStore>(() => ({
  phase: 'closed',
  problem: null,
  choice: remembered(),
  devices: [],
  deviceName: '',
  sourceId: null,
  muted: false,
  monitoring: false,
}))

const set = useMicrophone.setState
const get = useMicrophone.getState

/** The newest level before air, read at each frame; linear, 0 when closed. */
let peak = 0
export const microphonePeak = (): number => (get().phase === 'open' ? peak : 0)

const link = new SoundLink('pcm', {
  said(answer) {
    if (answer.type === 'welcome') set({ sourceId: answer.sourceId })
    else if (answer.type === 'refused') refused(answer.reason)
  },
  level: (value) => {
    peak = value
  },
  figures: () => undefined,
  opened: () => link.begin(),
  lost: () => {
    if (get().phase !== 'closed') fail('lost')
  },
  unplugged: () => {
    link.disconnect('unplugged')
    fail('unplugged')
  },
  failed: () => fail('other'),
})

function refused(reason: LinkRefusal): void {
  fail(reason === 'dropped' ? null : 'refused')
}

function fail(problem: Problem | null): void {
  link.disconnect('closed')
  void link.closeMicrophone()
  set({ phase: 'closed', problem, sourceId: null, muted: false })
}

/** Changes what is chosen; an open microphone is opened anew where that needs it. */
export async function choose(change: Partial<Choice>): Promise<void> {
  const choice = { ...get().choice, ...change }
  set({ choice })
  localStorage.setItem(storageKey, JSON.stringify(choice))
  if (change.volume !== undefined) link.setVolume(choice.volume)
  const sound: (keyof Choice)[] = ['deviceId', 'echoCancellation', 'noiseSuppression', 'autoGainControl', 'stereo']
  if (get().phase === 'open' && sound.some((key) => change[key] !== undefined)) {
    closeMicrophone()
    await openMicrophone()
  }
}

/** Asks for the microphone and connects it; the station then shows it as ready. */
export async function openMicrophone(): Promise<void> {
  if (get().phase !== 'closed') return
  if (!window.isSecureContext) return set({ problem: 'insecure' })
  if (!('AudioWorkletNode' in window) || !navigator.mediaDevices) return set({ problem: 'unsupported' })
  set({ phase: 'opening', problem: null })
  try {
    const { choice, monitoring } = get()
    link.setVolume(choice.volume)
    link.setMonitor(monitoring)
    await link.openMicrophone(choice)
    await listDevices()
    link.connect(await doorToStation())
    set({ phase: 'open', deviceName: link.deviceName })
    window.addEventListener('pagehide', () => link.disconnect('closed'), { once: true })
  } catch (error) {
    fail(problemOf(error))
  }
}

export function closeMicrophone(): void {
  fail(null)
}

/** Puts the microphone on air, opening it first where it is closed, or takes it off. */
export async function toggleTalk(): Promise<void> {
  try {
    const { sourceId } = get()
    if (sourceId !== null && isOnAir(sourceId)) {
      await client.live.release({ sourceId })
      return
    }
    await openMicrophone()
    if (get().phase !== 'open') return
    const ready = await untilReady()
    if (ready !== null) await client.live.takeAir({ sourceId: ready, mode: get().choice.mode })
  } catch (error) {
    showError(describeError(error))
  }
}

export function setMuted(muted: boolean): void {
  link.setMuted(muted)
  set({ muted })
}

export function setMonitoring(monitoring: boolean): void {
  link.setMonitor(monitoring)
  set({ monitoring })
}

export async function listDevices(): Promise<void> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? []
  const devices = all
    .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== 'default' && deviceId !== '')
    .map(({ deviceId, label }) => ({ deviceId, label }))
  set({ devices })
}

const sourceOf = (sourceId: string | null): LiveSource | undefined =>
  useStation.getState().state?.live.sources.find(({ id }) => id === sourceId)

const isOnAir = (sourceId: string): boolean => sourceOf(sourceId)?.state === 'onAir'

/** Resolves with the source once the station could put it on air; null when that does not happen in time. */
function untilReady(): Promise<string | null> {
  return new Promise((resolve) => {
    const look = () => {
      const { sourceId } = get()
      if (sourceOf(sourceId)?.state === 'ready') done(sourceId)
    }
    const done = (sourceId: string | null) => {
      clearTimeout(timer)
      for (const off of offs) off()
      resolve(sourceId)
    }
    const timer = setTimeout(() => done(get().sourceId), readyTimeoutMs)
    const offs = [useStation.subscribe(look), useMicrophone.subscribe(look)]
    look()
  })
}

/** The desktop hands over a port; in a browser it is a WebSocket of the studio's address. */
async function doorToStation(): Promise<{ url: string } | { port: MessagePort }> {
  const shell = desktop()
  if (!shell) {
    const url = new URL(microphonePath, location.href)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    return { url: url.href }
  }
  const arrived = Promise.withResolvers<MessagePort>()
  const hear = (event: MessageEvent) => {
    const port = event.ports[0]
    if (event.data === microphoneMessage && port) arrived.resolve(port)
  }
  window.addEventListener('message', hear)
  const timer = setTimeout(() => arrived.reject(new Error('The desktop sent no port.')), portTimeoutMs)
  shell.requestMicrophone()
  try {
    return { port: await arrived.promise }
  } finally {
    clearTimeout(timer)
    window.removeEventListener('message', hear)
  }
}

function problemOf(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'other'
}

const orders = new Map<unknown, () => void>([
  [microphoneOrderMessages.talk, () => void toggleTalk()],
  [microphoneOrderMessages.muteMonitor, () => setMonitoring(false)],
])

/** The tray steers the microphone and shows how it is. To be called once, when the page starts. */
export function followTray(): void {
  const shell = desktop()
  if (!shell) return
  window.addEventListener('message', ({ data, source }) => {
    if (source === window) orders.get(data)?.()
  })
  const tell = () => {
    const { sourceId, monitoring, phase } = get()
    shell.tellMicrophone({
      talking: sourceId !== null && isOnAir(sourceId),
      monitoring: monitoring && phase === 'open',
    })
  }
  useMicrophone.subscribe(tell)
  useStation.subscribe(tell)
}
