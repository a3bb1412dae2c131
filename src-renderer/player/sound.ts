// The sound of the listeners' page: HLS by hls.js, else the browser's own HLS, else the MP3 mount.

export type SoundState = 'stopped' | 'loading' | 'playing' | 'failed'

interface Sources {
  hls: string | null
  mp3: string | null
}

export interface Sound {
  state(): SoundState
  /** Starts at the live edge. Must be called from a click the first time: browsers insist. */
  play(sources: Sources): Promise<void>
  stop(): void
  /** The station's time of what is heard, ms since the epoch; null where the stream does not say. */
  playingAt(): number | null
  /** Which stream is playing, for its latency. */
  kind(): 'hls' | 'mp3' | null
}

interface Stream {
  kind: 'hls' | 'mp3'
  playingAt(): number | null
  close(): void
}

const mostRecoveries = 4

export function createSound(audio: HTMLAudioElement, onState: (state: SoundState) => void): Sound {
  let state: SoundState = 'stopped'
  let stream: Stream | null = null
  // Grows with each start and stop, so that what was asked for before is dropped.
  let round = 0
  const become = (next: SoundState) => {
    if (next === state) return
    state = next
    onState(next)
  }
  audio.addEventListener('playing', () => stream && become('playing'))
  audio.addEventListener('waiting', () => stream && become('loading'))

  const close = () => {
    stream?.close()
    stream = null
    audio.pause()
    audio.removeAttribute('src')
    audio.load()
  }

  const start = async (kind: 'hls' | 'mp3', sources: Sources, mine: number): Promise<void> => {
    const failed = () => {
      if (mine !== round) return
      close()
      if (kind === 'hls' && sources.mp3) void start('mp3', sources, mine)
      else become('failed')
    }
    const opened =
      kind === 'hls' ? await openHls(audio, sources.hls ?? '', failed) : openPlain(audio, sources.mp3 ?? '', failed)
    if (mine !== round) return opened.close()
    stream = opened
    try {
      await audio.play()
    } catch (error) {
      // A newer start or a stop interrupts this one, which is no failure.
      if (mine === round && (error as DOMException).name !== 'AbortError') failed()
    }
  }

  return {
    state: () => state,
    kind: () => stream?.kind ?? null,
    playingAt: () => stream?.playingAt() ?? null,
    async play(sources) {
      round += 1
      close()
      become('loading')
      if (sources.hls) await start('hls', sources, round)
      else if (sources.mp3) await start('mp3', sources, round)
      else become('failed')
    },
    stop() {
      round += 1
      close()
      become('stopped')
    },
  }
}

async function openHls(audio: HTMLAudioElement, url: string, onFailed: () => void): Promise<Stream> {
  const { default: Hls } = await import('hls.js/light')
  if (!Hls.isSupported()) {
    if (audio.canPlayType('application/vnd.apple.mpegurl')) return { ...openPlain(audio, url, onFailed), kind: 'hls' }
    queueMicrotask(onFailed)
    return { kind: 'hls', playingAt: () => null, close: () => undefined }
  }
  const hls = new Hls({
    lowLatencyMode: true,
    // A listener who fell behind catches up, too slowly to be heard.
    maxLiveSyncPlaybackRate: 1.1,
    backBufferLength: 10,
    // Cues would be put into a <track> with a data: address, which the page's policy refuses.
    enableID3MetadataCues: false,
    enableDateRangeMetadataCues: false,
    enableEmsgMetadataCues: false,
  })
  let recoveries = 0
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    recoveries = 0
  })
  hls.on(Hls.Events.ERROR, (_event, data) => {
    if (!data.fatal) return
    recoveries += 1
    if (recoveries > mostRecoveries) onFailed()
    else if (data.type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError()
    else setTimeout(() => hls.startLoad(), 500 * recoveries)
  })
  hls.loadSource(url)
  hls.attachMedia(audio)
  return { kind: 'hls', playingAt: () => hls.playingDate?.getTime() ?? null, close: () => hls.destroy() }
}

function openPlain(audio: HTMLAudioElement, url: string, onFailed: () => void): Stream {
  // A cache in between would play the past.
  audio.src = `${url}${url.includes('?') ? '&' : '?'}t=${Date.now()}`
  audio.addEventListener('error', onFailed)
  return { kind: 'mp3', playingAt: () => null, close: () => audio.removeEventListener('error', onFailed) }
}
