// The listeners' page: press play, hear the station, see what you hear at the moment you hear it.
import '@fontsource-variable/inter/wght.css'
import '../ui/tokens.css'
import './player.css'
import { stationNow } from '../client/clock'
import { followStation } from './follow'
import { createSound, type SoundState } from './sound'
import { text } from './texts'
import { heardAt, type NowPlaying } from './timeline'
import { drawHeard, drawProgress, drawStation, drawWords, element, setText } from './view'

const volumeKey = 'wavedesk.volume'
const drawEveryMs = 250
const playButton = element<HTMLButtonElement>('play')
const audio = document.body.appendChild(document.createElement('audio'))
const volume = element<HTMLInputElement>('volume')

let station: NowPlaying | null = null
/** The listener pressed play and has not pressed stop: a station that comes back is heard again. */
let wanted = false

const sound = createSound(audio, (state) => {
  drawPlayButton(state)
  setText('problem', state === 'failed' ? text('failed') : '')
})

const sources = () => ({
  hls: station?.station.hls_enabled === false ? null : '/hls/live.m3u8',
  mp3: station && !station.station.mounts.some((mount) => mount.format === 'mp3') ? null : '/stream.mp3',
})

/** @returns the station's time of what comes out of the loudspeaker, ms since the epoch */
function heardNow(): number {
  const said = sound.playingAt()
  if (said !== null) return said
  const behind =
    sound.kind() === 'mp3'
      ? station?.station.mounts.find((mount) => mount.format === 'mp3')?.latency_ms
      : station?.station.hls_latency_ms
  return stationNow() - (sound.state() === 'playing' ? (behind ?? 0) : 0)
}

function draw(): void {
  drawStation(station)
  if (!station) return
  const at = heardNow()
  const heard = heardAt(station, at)
  drawHeard(station, heard)
  drawProgress(station.is_online ? heard.song : null, at)
  tellSystem(heard.song?.song)
}

let told = ''

/** The lock screen and the keys of a headset. */
function tellSystem(song: { title: string; artist: string; album: string; art: string } | undefined): void {
  if (!('mediaSession' in navigator) || !song || told === song.title + song.artist) return
  told = song.title + song.artist
  navigator.mediaSession.metadata = new MediaMetadata({
    title: song.title,
    artist: song.artist,
    album: song.album || (station?.station.name ?? ''),
    artwork: song.art ? [{ src: song.art }] : [],
  })
}

function drawPlayButton(state: SoundState): void {
  const running = state === 'playing' || state === 'loading'
  playButton.dataset['state'] = state
  playButton.setAttribute('aria-label', text(running ? 'stop' : 'play'))
  if ('mediaSession' in navigator) navigator.mediaSession.playbackState = running ? 'playing' : 'none'
}

function start(): void {
  wanted = true
  void sound.play(sources())
}

function stop(): void {
  wanted = false
  sound.stop()
}

playButton.addEventListener('click', () =>
  sound.state() === 'playing' || sound.state() === 'loading' ? stop() : start(),
)

volume.value = localStorage.getItem(volumeKey) ?? '1'
audio.volume = Number(volume.value)
volume.addEventListener('input', () => {
  audio.volume = Number(volume.value)
  localStorage.setItem(volumeKey, volume.value)
})
// Phones leave the volume to their own keys and ignore this.
if (audio.volume !== Number(volume.value)) element('volume-row').hidden = true

element('share').addEventListener('click', async () => {
  const title = station?.station.name ?? document.title
  if (navigator.share) {
    await navigator.share({ title, url: location.origin }).catch(() => undefined)
    return
  }
  await navigator.clipboard.writeText(location.origin)
  setText('share', text('copied'))
  setTimeout(() => setText('share', text('share')), 2000)
})

if ('mediaSession' in navigator) {
  navigator.mediaSession.setActionHandler('play', start)
  navigator.mediaSession.setActionHandler('pause', stop)
  navigator.mediaSession.setActionHandler('stop', stop)
}

const light = matchMedia('(prefers-color-scheme: light)')
const dress = () => {
  document.documentElement.dataset['mantineColorScheme'] = light.matches ? 'light' : 'dark'
}
light.addEventListener('change', dress)
dress()

drawWords()
drawPlayButton('stopped')
followStation((document) => {
  const wasOff = station !== null && !station.is_online
  // The last that was known stays on the page while the station cannot be reached.
  if (document) station = document
  drawStation(document)
  playButton.disabled = document !== null && !document.is_online
  if (document && !document.is_online && sound.state() !== 'stopped') sound.stop()
  if (document?.is_online && wasOff && wanted) void sound.play(sources())
  if (document) draw()
})
setInterval(() => station && draw(), drawEveryMs)
