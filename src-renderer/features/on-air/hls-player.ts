// hls.js around one audio element; loaded only when somebody listens.
import Hls from 'hls.js/light'

export interface PreviewPlayer {
  /** How far what is heard lies behind the program, by the stream's programme date-time; null before it is known. */
  behindMs(now: number): number | null
  close(): void
}

export interface PreviewEvents {
  onPlaying(): void
  onFailed(): void
}

/** Cues would be put into a <track> with a data: address, which the page's policy refuses. */
const noCues = { enableID3MetadataCues: false, enableDateRangeMetadataCues: false, enableEmsgMetadataCues: false }

export function openPreview(audio: HTMLAudioElement, url: string, events: PreviewEvents): PreviewPlayer {
  audio.addEventListener('playing', events.onPlaying)
  const close = () => {
    audio.removeEventListener('playing', events.onPlaying)
    audio.pause()
    audio.removeAttribute('src')
  }
  if (!Hls.isSupported()) {
    audio.src = url
    audio.play().catch(events.onFailed)
    return { behindMs: () => null, close }
  }
  const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1, backBufferLength: 10, ...noCues })
  let recoveries = 0
  hls.on(Hls.Events.ERROR, (_event, data) => {
    if (!data.fatal) return
    if (data.type === Hls.ErrorTypes.MEDIA_ERROR && recoveries++ < 3) hls.recoverMediaError()
    else events.onFailed()
  })
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    audio.play().catch(events.onFailed)
  })
  hls.loadSource(url)
  hls.attachMedia(audio)
  return {
    behindMs: (now) => (hls.playingDate ? now - hls.playingDate.getTime() : null),
    close: () => {
      hls.destroy()
      close()
    },
  }
}
