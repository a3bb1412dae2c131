// What the main thread tells the listener plane about the program. Plain data: it crosses threads.

/** An item as listeners are told of it. */
export interface NowPlayingItem {
  /** Of the entry in the log, or of the queue item while it is not in the log yet; unique among those shown. */
  id: number
  title: string
  artist: string
  album: string
  genre: string
  isrc: string
  /** Absolute path of a picture on this machine, or null. It is served under an address of its own. */
  artworkPath: string | null
  durationSeconds: number
  /** Milliseconds since epoch; for the next item when it is expected. */
  startedAt: number
  /** Playlist it came from; empty when there is none. */
  playlist: string
  /** The presenter, for a live source. */
  streamer: string
  isRequest: boolean
}

export interface NowPlayingState {
  /** Null while off air or before the first item. */
  current: NowPlayingItem | null
  /** Frame of the program at which `current` begins: every output switches its title there. Null: at once. */
  currentAtFrame: number | null
  next: NowPlayingItem | null
  /** Newest first, without the current one. */
  history: NowPlayingItem[]
  /** The presenter on air, if any. */
  live: { streamerName: string; since: number } | null
}

export const nothingPlaying: NowPlayingState = {
  current: null,
  currentAtFrame: null,
  next: null,
  history: [],
  live: null,
}

/** One line as players show it. */
export function titleLine(item: { artist: string; title: string }): string {
  return item.artist === '' ? item.title : `${item.artist} - ${item.title}`
}
