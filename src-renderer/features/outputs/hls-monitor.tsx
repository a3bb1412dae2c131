// The HLS stream as a browser receives it, started by hand, with the delay it measures.
import { Button } from '@mantine/core'
import { IconExternalLink, IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { useTopic } from '../../stores'
import { formatLatency, LiveText, StatusDot, steadily } from '../../ui'
import { reachable } from '../on-air/hls-address'
import type { PreviewPlayer } from '../on-air/hls-player'
import classes from './outputs.module.css'

type State = 'stopped' | 'connecting' | 'playing' | 'failed'

export function HlsMonitor() {
  const { t } = useTranslation('outputs')
  const { onAir, item } = useTopic('air')
  const { listenUrl } = useTopic('station')
  const hls = useTopic('outputs').outputs.find((output) => output.id === 'hls')
  const monitor = useMonitor(hls ? reachable(hls.url, location.hostname) : null, onAir)
  const off = hls === undefined || hls.state === 'off'
  const running = monitor.state === 'connecting' || monitor.state === 'playing'
  return (
    <article className={`${classes.card} ${classes.monitor}`}>
      <header className={classes.cardHead}>
        <strong>{t('preview.title')}</strong>
        {monitor.state === 'connecting' ? <StatusDot tone="busy" word={t('preview.connecting')} /> : null}
        {monitor.state === 'playing' ? <StatusDot tone="good" word="HLS" /> : null}
      </header>
      <p className={classes.cardHint} role={monitor.state === 'failed' ? 'alert' : undefined}>
        {monitor.state === 'failed'
          ? t('preview.failed')
          : !onAir
            ? t('preview.offAir')
            : off
              ? t('preview.off')
              : (item?.title ?? t('preview.hint'))}
      </p>
      <div className={classes.behind}>
        <LiveText
          className={classes.behindValue}
          text={steadily(() => {
            const behind = monitor.behindMs()
            return behind === null ? '–' : `${formatLatency(Math.max(0, behind))} s`
          })}
        />
        <span className="dim">{t('preview.behind')}</span>
      </div>
      <div className={classes.monitorButtons}>
        <Button
          variant={running ? 'default' : 'filled'}
          size="xs"
          disabled={!onAir || off}
          leftSection={running ? <IconPlayerStopFilled size={14} /> : <IconPlayerPlayFilled size={14} />}
          onClick={running ? monitor.stop : () => void monitor.start()}
        >
          {t(running ? 'preview.stop' : monitor.state === 'failed' ? 'preview.retry' : 'preview.start')}
        </Button>
        <Button
          size="xs"
          component="a"
          href={reachable(listenUrl, location.hostname)}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconExternalLink size={14} />}
        >
          {t('preview.openPlayer')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: a live radio program has no captions */}
      <audio ref={monitor.audio} />
    </article>
  )
}

function useMonitor(url: string | null, onAir: boolean) {
  const [state, setState] = useState<State>('stopped')
  const audio = useRef<HTMLAudioElement>(null)
  const player = useRef<PreviewPlayer>(null)
  const end = (next: State) => {
    player.current?.close()
    player.current = null
    setState(next)
  }
  const start = async () => {
    if (!audio.current || url === null) return
    setState('connecting')
    const { openPreview } = await import('../on-air/hls-player')
    player.current = openPreview(audio.current, url, {
      onPlaying: () => setState('playing'),
      onFailed: () => end('failed'),
    })
  }
  useEffect(() => () => player.current?.close(), [])
  useEffect(() => {
    if (onAir) return
    player.current?.close()
    player.current = null
    setState('stopped')
  }, [onAir])
  return {
    state,
    audio,
    start,
    stop: () => end('stopped'),
    behindMs: () => (state === 'playing' ? (player.current?.behindMs(stationNow()) ?? null) : null),
  }
}
