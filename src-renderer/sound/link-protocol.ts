// What the page and the link's worker say to each other.
import type { LinkAnswer, LinkRequest } from '@contract/sound-link'

export type Codec = 'pcm' | 'opus'

export type ToLink =
  /** Connects: to an address, or through the desktop's port. */
  | { type: 'open'; codec: Codec; url: string | null; port: MessagePort | null }
  /**
   * The microphone is there: its packets come over `capture`, or it is read itself; the program is to go to `playback`.
   */
  | {
      type: 'sound'
      hello: Extract<LinkRequest, { type: 'hello' }>
      capture: MessagePort | ReadableStream<AudioData>
      playback: MessagePort | null
    }
  | { type: 'say'; request: LinkRequest }
  | { type: 'close' }

export type FromLink =
  | { type: 'open' }
  | { type: 'said'; answer: LinkAnswer }
  /** Of a microphone that is read here: linear, 25 times a second. */
  | { type: 'level'; peak: number }
  /** Once a second: how long the station takes to answer, and how many packets the network had no room for since. */
  | { type: 'figures'; roundTripSeconds: number; dropped: number }
  | { type: 'lost' }
  /** The browser cannot encode or decode. */
  | { type: 'failed'; why: string }
