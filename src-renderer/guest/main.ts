// The guests' page: says who invites, asks for the microphone, lets the guest hear the program without themselves, and
// shows whether they are on air. It comes back by itself when the network goes away.
import '@fontsource-variable/inter/wght.css'
import '../ui/tokens.css'
import './guest.css'
import type { LinkAnswer, LinkRefusal } from '@contract/sound-link'
import { SoundLink } from '../sound'
import { language, type TextKey, text } from './texts'

type Step = 'connecting' | 'invited' | 'joining' | 'joined' | 'over'

const firstPauseMs = 500
const longestPauseMs = 8000
const fairSeconds = 0.25
const badSeconds = 0.6

const element = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind
const page = element('guest')
const join = element<HTMLButtonElement>('join')
const mute = element<HTMLButtonElement>('mute')
const device = element<HTMLSelectElement>('device')
const volume = element<HTMLInputElement>('volume')
const echo = element<HTMLInputElement>('echo')

let step: Step = 'connecting'
let invitation: Extract<LinkAnswer, { type: 'invited' }> | null = null
let air: Extract<LinkAnswer, { type: 'air' }> | null = null
let microphoneOpen = false
let muted = false
let connected = false
let pauseMs = firstPauseMs
let dropped = 0
let level = 0

const link = new SoundLink('opus', {
  said: hear,
  level: (peak) => {
    level = Math.max(peak, level * 0.8)
  },
  figures: drawQuality,
  opened: () => {
    connected = true
    pauseMs = firstPauseMs
    if (microphoneOpen) link.begin()
  },
  lost: () => {
    connected = false
    if (step !== 'over') again()
  },
  unplugged: () => stop('unplugged'),
  failed: () => stop('other'),
})

function connect(): void {
  const url = new URL(`${location.pathname.replace(/\/$/, '')}/ws`, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  link.connect({ url: url.href })
}

function again(): void {
  if (step === 'joined') notice(text('reconnecting'))
  air = null
  draw()
  setTimeout(() => {
    if (step !== 'over' && !connected) connect()
  }, pauseMs)
  pauseMs = Math.min(pauseMs * 2, longestPauseMs)
}

function hear(answer: LinkAnswer): void {
  if (answer.type === 'invited') {
    invitation = answer
    if (step === 'connecting') step = 'invited'
  } else if (answer.type === 'welcome') {
    step = 'joined'
    notice('')
    link.setMuted(muted)
  } else if (answer.type === 'air') air = answer
  if (answer.type === 'refused') refuse(answer.reason)
  else draw()
}

function refuse(reason: LinkRefusal): void {
  end(reason, `${reason}Hint` as TextKey)
  // Who is in the way may leave.
  if (reason === 'inUse' || reason === 'full') offerAgain()
}

/** Nothing more happens by itself. */
function end(heading: TextKey, hint: TextKey): void {
  step = 'over'
  link.disconnect('closed')
  void link.closeMicrophone()
  microphoneOpen = false
  connected = false
  notice('')
  draw()
  say('heading', text(heading))
  say('lead', text(hint))
}

function offerAgain(): void {
  element('join-box').hidden = false
  join.textContent = text('again')
}

/** The microphone is gone: the station is told, the guest may join again. */
function stop(why: 'unplugged' | 'other'): void {
  link.disconnect(why === 'unplugged' ? 'unplugged' : 'closed')
  void link.closeMicrophone()
  microphoneOpen = false
  connected = false
  step = 'invited'
  notice(text(why))
  draw()
  connect()
}

async function enter(): Promise<void> {
  if (step === 'over') {
    step = 'connecting'
    pauseMs = firstPauseMs
    connect()
  }
  const before = step
  step = 'joining'
  notice('')
  draw()
  try {
    link.setMonitor(true)
    link.setVolume(Number(volume.value))
    await link.openMicrophone({
      deviceId: device.value,
      echoCancellation: echo.checked,
      noiseSuppression: echo.checked,
      autoGainControl: echo.checked,
      stereo: false,
    })
    microphoneOpen = true
    await listDevices()
    if (connected) link.begin()
  } catch (error) {
    step = before === 'connecting' ? 'connecting' : 'invited'
    notice(text(problemOf(error)))
  }
  draw()
}

function problemOf(error: unknown): TextKey {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'noMicrophone'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'other'
}

async function listDevices(): Promise<void> {
  const all = await navigator.mediaDevices.enumerateDevices()
  const chosen = device.value
  const named = all.filter(({ kind, deviceId, label }) => kind === 'audioinput' && label && deviceId !== 'default')
  device.replaceChildren(new Option(text('systemDevice'), ''))
  for (const { deviceId, label } of named) device.add(new Option(label, deviceId))
  device.value = named.some(({ deviceId }) => deviceId === chosen) ? chosen : ''
}

function draw(): void {
  page.dataset['step'] = step
  const stationName = invitation?.stationName ?? ''
  document.title = text('title', { station: stationName || 'Wavedesk' })
  say('station', stationName)
  if (step === 'connecting') {
    say('heading', text('connecting'))
    say('lead', '')
  } else if (step !== 'over' && invitation) {
    const { invitedBy, name } = invitation
    say('heading', text('hello', { name }))
    say('lead', text(invitedBy ? 'invited' : 'invitedPlain', { by: invitedBy, station: stationName }))
  }
  element('join-box').hidden = step !== 'invited' && step !== 'joining'
  join.disabled = step === 'joining'
  join.textContent = text(step === 'joining' ? 'joining' : 'join')
  element('desk').hidden = step !== 'joined'
  const onAir = air?.onAir === true
  page.dataset['air'] = String(onAir)
  say('air', text(onAir ? (muted ? 'mutedAir' : 'onAir') : air?.stationOnAir === false ? 'offAir' : 'waiting'))
  mute.textContent = text(muted ? 'unmute' : 'mute')
  mute.setAttribute('aria-pressed', String(muted))
}

function drawQuality(roundTripSeconds: number, missed: number): void {
  dropped = missed + dropped * 0.7
  const worst = dropped > 5 || roundTripSeconds > badSeconds
  const fair = dropped > 0.5 || roundTripSeconds > fairSeconds
  const key = worst ? 'qualityBad' : fair ? 'qualityFair' : 'qualityGood'
  const quality = element('quality')
  quality.dataset['quality'] = worst ? 'bad' : fair ? 'fair' : 'good'
  say('quality', text(key, { ms: Math.round((roundTripSeconds * 1000) / 10) * 10 }))
}

function notice(words: string): void {
  const box = element('notice')
  box.hidden = words === ''
  say('notice', words)
}

function say(id: string, words: string): void {
  const target = element(id)
  if (target.textContent !== words) target.textContent = words
}

function animate(): void {
  const decibels = muted || level < 1e-3 ? -60 : Math.max(-60, 20 * Math.log10(level))
  element('bar').style.clipPath = `inset(0 ${(-decibels / 60) * 100}% 0 0)`
  requestAnimationFrame(animate)
}

join.addEventListener('click', () => void enter())
mute.addEventListener('click', () => {
  muted = !muted
  link.setMuted(muted)
  draw()
})
element('leave').addEventListener('click', () => {
  end('left', 'leftHint')
  offerAgain()
})
device.addEventListener('change', () => {
  void enter()
})
volume.addEventListener('input', () => link.setVolume(Number(volume.value)))
window.addEventListener('pagehide', () => link.disconnect('closed'))
window.addEventListener('online', () => {
  if (!connected && step !== 'over' && step !== 'connecting') connect()
})
navigator.mediaDevices?.addEventListener('devicechange', () => void listDevices())

document.documentElement.lang = language
for (const labelled of document.querySelectorAll<HTMLElement>('[data-text]')) {
  labelled.textContent = text(labelled.dataset['text'] as TextKey)
}
element('meter').setAttribute('aria-label', text('level'))
const light = matchMedia('(prefers-color-scheme: light)')
const dress = () => {
  document.documentElement.dataset['mantineColorScheme'] = light.matches ? 'light' : 'dark'
}
light.addEventListener('change', dress)
dress()

draw()
if (!window.isSecureContext) end('insecure', 'insecureHint')
else if (!('AudioEncoder' in window) || !('AudioWorkletNode' in window)) end('unsupported', 'unsupportedHint')
else {
  connect()
  animate()
}
