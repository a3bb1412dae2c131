// Listening to the recording: one audio element that is given the program from an instant on. The program is not touched.
import type { Span } from '@contract/recorder'
import { create } from 'zustand'
import { recordingListenUrl } from '../../client'
import { nextRecorded } from './timeline-rules'

interface PlaybackState {
  /** What the person wants; the sound may still be on its way. */
  playing: boolean
  /** Where the playhead stands while nothing plays. */
  at: number | null
  problem: boolean
}

export const usePlayback = create<PlaybackState>(() => ({ playing: false, at: null, problem: false }))

/** How long to wait at the live edge before asking for more. */
const edgeMs = 1500

let element: HTMLAudioElement | undefined
let startedAt = 0
let endsAt = 0
let spans: readonly Span[] = []
let waiting: ReturnType<typeof setTimeout> | undefined

function audio(): HTMLAudioElement {
  if (element) return element
  const made = new Audio()
  made.preload = 'auto'
  made.addEventListener('ended', goOn)
  made.addEventListener('error', () => {
    if (made.getAttribute('src')) usePlayback.setState({ playing: false, at: position(), problem: true })
  })
  element = made
  return made
}

/** What is recorded, so that gaps are passed over. */
export function tellSpans(known: readonly Span[]): void {
  spans = known
}

/** Milliseconds since epoch of what is heard, or where the playhead rests; null before the first. */
export function position(): number | null {
  const { at, playing } = usePlayback.getState()
  if (!playing || !element || element.readyState === 0) return at
  return Math.min(endsAt, startedAt + element.currentTime * 1000)
}

/** Puts the playhead somewhere; plays on from there when it played. */
export function seek(at: number): void {
  usePlayback.setState({ at, problem: false })
  if (usePlayback.getState().playing) start(at)
}

export function play(from?: number): void {
  const at = from ?? usePlayback.getState().at
  if (at !== null) start(at)
}

export function pause(): void {
  const at = position()
  clearTimeout(waiting)
  const target = audio()
  target.pause()
  target.removeAttribute('src')
  target.load()
  usePlayback.setState({ playing: false, at })
}

function start(at: number): void {
  clearTimeout(waiting)
  const next = nextRecorded(spans, at)
  if (!next) {
    usePlayback.setState({ playing: false, at })
    return
  }
  const target = audio()
  startedAt = next.at
  endsAt = next.until
  target.src = recordingListenUrl(next.at, next.until)
  usePlayback.setState({ playing: true, at: next.at, problem: false })
  target.play().catch((error: unknown) => {
    // A play() that is overtaken by the next seek is no failure.
    if (error instanceof DOMException && error.name === 'AbortError') return
    usePlayback.setState({ playing: false, problem: true })
  })
}

/** Behind a gap, or on with what has been recorded meanwhile. */
function goOn(): void {
  const heardUntil = endsAt
  usePlayback.setState({ at: heardUntil })
  if (nextRecorded(spans, heardUntil)) start(heardUntil)
  else waiting = setTimeout(() => start(heardUntil), edgeMs)
}
