// What the main thread asks of the listener worker for one push, and what it hears back. Plain data: it crosses threads.
import type { Destination } from '@contract/outputs'
import type { ProcessState } from '../../processes'

export interface PushVideo {
  width: number
  height: number
  framesPerSecond: number
  kbps: number
}

export interface PushOrder {
  /** `feed` for the station's own RTMP server, otherwise `push.<destination>`. */
  id: string
  kind: 'rtmp' | 'srt' | 'icecast'
  /** Address as ffmpeg takes it. */
  url: string
  /** Options of ffmpeg's protocol, keys among them. */
  options: string[]
  /** What must not be seen anywhere, in every spelling in which it is used. */
  secrets: string[]
  /** Null: sound alone. */
  video: PushVideo | null
  audioKbps: number
  /** Icecast alone; `mp3` for all others. */
  format: Destination['format']
}

export interface PushReport {
  id: string
  process: ProcessState
  /** Since it last ran, the present one included; 0 while it runs. */
  attempts: number
  /** Connected, but the server takes nothing of what it is given. */
  stalled: boolean
  /** Why it does not run: one sentence without secrets. */
  trouble: string | null
  /** Of sound the running process has sent. */
  sentSeconds: number
  droppedBlocks: number
}
