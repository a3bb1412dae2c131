// What a listener hears now, out of what the station says and how far behind the program the listener is. Pure.

interface Song {
  text: string
  title: string
  artist: string
  album: string
  /** Address of the picture. */
  art: string
}

export interface PlayedSong {
  /** Milliseconds since the epoch. */
  played_at_ms: number
  /** Seconds; 0 where it has no length, as with a live source. */
  duration: number
  song: Song
}

export interface Mount {
  name: string
  url: string
  format: string
  bitrate: number
  latency_ms: number | null
}

/** The part of the station's now-playing document that the page uses. */
export interface NowPlaying {
  station: {
    name: string
    description: string
    mounts: Mount[]
    hls_enabled: boolean
    hls_url: string | null
    hls_latency_ms: number | null
  }
  listeners: { current: number }
  live: { is_live: boolean; streamer_name: string }
  now_playing: PlayedSong | null
  playing_next: PlayedSong | null
  song_history: PlayedSong[]
  is_online: boolean
}

export interface Heard {
  song: PlayedSong | null
  next: PlayedSong | null
  /** Newest first. */
  history: PlayedSong[]
}

/**
 * The program is ahead of the listener: what changed there is heard only later.
 * @param heardAt the station's time of the sound that comes out of the loudspeaker, ms since the epoch
 */
export function heardAt(document: NowPlaying, heardAt: number): Heard {
  const { now_playing, playing_next, song_history } = document
  const played = [...(now_playing ? [now_playing] : []), ...song_history].sort(
    (one, other) => other.played_at_ms - one.played_at_ms,
  )
  const index = played.findIndex((entry) => entry.played_at_ms <= heardAt)
  // Before the oldest that is known: the oldest is the best guess.
  const at = index === -1 ? played.length - 1 : index
  return {
    song: played[at] ?? null,
    next: at > 0 ? (played[at - 1] ?? null) : playing_next,
    history: played.slice(at + 1),
  }
}

/** @returns seconds into the song, within its length where it has one */
export function elapsedSeconds({ played_at_ms, duration }: PlayedSong, heardAt: number): number {
  const elapsed = Math.max(0, (heardAt - played_at_ms) / 1000)
  return duration > 0 ? Math.min(duration, elapsed) : elapsed
}
