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
  /** Whole address, key and password included. */
  url: string
  /** What must not be seen anywhere. */
  secrets: string[]
  /** Null: sound alone. */
  video: PushVideo | null
  audioKbps: number
  /** Icecast alone. */
  format: Destination['format']
}

export interface PushReport {
  id: string
  process: ProcessState
  /** Of sound the running process has sent. */
  sentSeconds: number
  droppedBlocks: number
}
