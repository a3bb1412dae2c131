// What listeners are told of the program: the engine's frame, the queue and the log, put together.
import type { OnAirItem } from '@contract/playout'
import type { StationState } from '@contract/station'
import type { NowPlayingItem, NowPlayingState } from '../outputs'

interface Sources {
  air(): StationState['air']
  log(): StationState['log']
  /** Absolute path of a track's picture, or null. */
  artworkPath(trackId: number | null): string | null
  genre(trackId: number | null): string
  stationName(): string
}

/** Less than this is the jitter of reading a position. */
const resumedMs = 1000

const empty = { isrc: '', isRequest: false, streamer: '' }

function currentItem({ air, artworkPath, genre, stationName }: Sources): NowPlayingItem | null {
  const { item, live, onAir } = air()
  if (!onAir) return null
  if (live?.mode === 'full') {
    return {
      ...empty,
      id: -live.titleSince,
      ...liveTitle(live),
      album: '',
      genre: '',
      artworkPath: null,
      durationSeconds: 0,
      startedAt: live.titleSince,
      playlist: live.show,
      streamer: live.presenter,
    }
  }
  if (!item) return null
  // The loop between two presenters is as little a title as the one that stands in.
  const standsIn = item.kind === 'fallback' || item.kind === 'live'
  return {
    ...empty,
    id: item.queueId,
    title: standsIn ? stationName() : item.title,
    artist: standsIn ? '' : item.artist,
    album: item.album,
    genre: genre(item.trackId),
    artworkPath: artworkPath(item.trackId),
    durationSeconds: item.durationSeconds,
    startedAt: begunAt(item),
    playlist: playlistOf(item.reason),
    streamer: live?.presenter ?? '',
  }
}

/** Presenter and show, until they say what they play. */
function liveTitle({ artist, presenter, show, title }: NonNullable<StationState['air']['live']>) {
  if (title !== '') return { title, artist }
  return show === '' ? { title: presenter, artist: '' } : { title: show, artist: presenter }
}

/** An item that was taken up again counts as begun when it would have been, had nothing interrupted it. */
function begunAt({ startedAt, positionAt, positionSeconds, cueInSeconds }: OnAirItem): number {
  const unbroken = Math.round(positionAt - (positionSeconds - cueInSeconds) * 1000)
  return startedAt - unbroken > resumedMs ? unbroken : startedAt
}

const playlistOf = (reason: string): string => /^rotation: (.+)$/.exec(reason)?.[1] ?? ''

/** @param atFrame frame of the program at which the present item began; null switches the titles at once */
export function nowPlaying(sources: Sources, atFrame: number | null): NowPlayingState {
  const { air, artworkPath, genre } = sources
  const { next, live, item } = air()
  const current = currentItem(sources)
  const history = sources
    .log()
    // Neither the loop that stands in nor what failed before a sound is anything a listener would look up.
    .filter((entry) => entry.endedAt !== null && entry.kind !== 'fallback')
    .filter((entry) => entry.endReason !== 'failed' || (entry.playedSeconds ?? 0) > 0)
    .map((entry) => ({
      ...empty,
      id: entry.id,
      title: entry.title,
      artist: entry.artist,
      album: entry.album,
      genre: genre(entry.trackId),
      artworkPath: artworkPath(entry.trackId),
      durationSeconds: entry.playedSeconds ?? 0,
      startedAt: entry.startedAt,
      playlist: playlistOf(entry.reason),
    }))
  return {
    current,
    currentAtFrame: current && (current.id === item?.queueId || live?.mode === 'full') ? atFrame : null,
    next: next && {
      ...empty,
      id: next.id,
      title: next.title,
      artist: next.artist,
      album: '',
      genre: genre(next.trackId),
      artworkPath: artworkPath(next.trackId),
      durationSeconds: next.durationSeconds,
      startedAt: next.expectedAt ?? 0,
      playlist: playlistOf(next.reason),
    },
    history,
    live: live && { streamerName: live.presenter, since: live.since },
  }
}
