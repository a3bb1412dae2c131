// PFL: listening to a track on this computer before it airs. One audio element for the whole studio, so that
// two tracks never sound at once; the program is never touched.
import type { Track } from '@contract/library'
import { create } from 'zustand'
import { trackFileUrl } from '../../client'

export type ListenTrack = Pick<Track, 'id' | 'title' | 'artist' | 'durationSeconds'>

interface ListenState {
  track: ListenTrack | null
  /** What the person wants; the element may still be loading. */
  playing: boolean
  positionSeconds: number
  problem: 'cannotPlay' | null
  volume: number
}

export const useListen = create<ListenState>(() => ({
  track: null,
  playing: false,
  positionSeconds: 0,
  problem: null,
  volume: 1,
}))

let element: HTMLAudioElement | undefined

function audio(): HTMLAudioElement {
  if (element) return element
  const made = new Audio()
  made.preload = 'metadata'
  made.addEventListener('timeupdate', () => useListen.setState({ positionSeconds: made.currentTime }))
  made.addEventListener('pause', () => useListen.setState({ playing: false }))
  made.addEventListener('play', () => useListen.setState({ playing: true, problem: null }))
  made.addEventListener('error', () => {
    if (made.getAttribute('src')) useListen.setState({ playing: false, problem: 'cannotPlay' })
  })
  element = made
  return made
}

const play = (target: HTMLAudioElement) => {
  target.play().catch((error: unknown) => {
    // A play() that is overtaken by the next track is no failure.
    if (error instanceof DOMException && error.name === 'AbortError') return
    useListen.setState({ playing: false, problem: 'cannotPlay' })
  })
}

/** Starts a track from a position in seconds; the one that sounded stops. */
export function listenTo(track: ListenTrack, fromSeconds = 0): void {
  const target = audio()
  if (useListen.getState().track?.id !== track.id || target.error) target.src = trackFileUrl(track.id)
  target.currentTime = fromSeconds
  useListen.setState({ track, positionSeconds: fromSeconds, problem: null })
  play(target)
}

/** Starts, pauses or goes on: what the loudspeaker sign of a row does. */
export function toggleListen(track: ListenTrack): void {
  const { track: present, playing } = useListen.getState()
  if (present?.id !== track.id) listenTo(track)
  else if (playing) audio().pause()
  else play(audio())
}

/** For a playhead drawn at each frame. @returns null while another track or none is heard */
export const listenPosition = (trackId: number): number | null =>
  element && useListen.getState().track?.id === trackId ? element.currentTime : null

export function seekListen(seconds: number): void {
  audio().currentTime = seconds
  useListen.setState({ positionSeconds: seconds })
}

export function setListenVolume(volume: number): void {
  audio().volume = volume
  useListen.setState({ volume })
}

export function stopListen(): void {
  const target = audio()
  target.pause()
  target.removeAttribute('src')
  target.load()
  useListen.setState({ track: null, playing: false, positionSeconds: 0, problem: null })
}
