// WHAT LISTENERS HEAR: the HLS stream itself, started by the operator, with the delay that is measured.
import { ActionIcon } from '@mantine/core'
import { IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { useTopic } from '../../stores'
import { formatLatency, LiveText, SectionTitle, steadily } from '../../ui'
import { reachable } from './hls-address'
import type { PreviewPlayer } from './hls-player'
import classes from './hls-preview.module.css'

export function HlsPreview() {
  const { t } = useTranslation('on-air')
  const { onAir, item } = useTopic('air')
  const hls = useTopic('outputs').outputs.find((output) => output.id === 'hls')
  const [state, setState] = useState<'off' | 'loading' | 'playing' | 'failed'>('off')
  const audio = useRef<HTMLAudioElement>(null)
  const player = useRef<PreviewPlayer>(null)

  const stop = () => {
    player.current?.close()
    player.current = null
    setState('off')
  }
  const start = async () => {
    if (!audio.current || !hls) return
    setState('loading')
    const { openPreview } = await import('./hls-player')
    player.current = openPreview(audio.current, reachable(hls.url, location.hostname), {
      onPlaying: () => setState('playing'),
      onFailed: () => setState('failed'),
    })
  }
  useEffect(() => () => player.current?.close(), [])
  useEffect(() => {
    if (onAir || !player.current) return
    player.current.close()
    player.current = null
    setState('off')
  }, [onAir])

  const running = state === 'loading' || state === 'playing'
  return (
    <section className={classes.preview}>
      <SectionTitle>{t('preview.title')}</SectionTitle>
      <div className={classes.card}>
        <ActionIcon
          variant="filled"
          color="teal"
          size={36}
          disabled={!onAir || !hls}
          onClick={() => (running ? stop() : void start())}
          aria-label={running ? t('preview.stop') : t('preview.start')}
        >
          {running ? <IconPlayerStopFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        </ActionIcon>
        <div className={classes.words}>
          <div className="ellipsis">{item && onAir ? item.title : t('preview.nothing')}</div>
          <div className={classes.state}>
            {state === 'playing' ? (
              <LiveText text={steadily(() => behindText(player.current?.behindMs(stationNow()) ?? null, t))} />
            ) : (
              t(`preview.${state}`)
            )}
          </div>
        </div>
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: a live radio program has no captions */}
      <audio ref={audio} />
    </section>
  )
}

function behindText(milliseconds: number | null, t: TFunction<'on-air'>): string {
  return milliseconds === null
    ? t('preview.playing')
    : t('preview.behind', { seconds: formatLatency(Math.max(0, milliseconds)) })
}
