// The small player at the foot of a screen while a track is listened to before it airs.
import { ActionIcon, CloseButton, Slider, Tooltip } from '@mantine/core'
import { IconPlayerPauseFilled, IconPlayerPlayFilled, IconVolume } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatDuration, Tag } from '../../ui'
import classes from './listen-bar.module.css'
import { seekListen, setListenVolume, stopListen, toggleListen, useListen } from './listen-store'

export function ListenBar() {
  const { t } = useTranslation('library')
  const { track, playing, positionSeconds, problem, volume } = useListen()
  if (!track) return null
  return (
    <section className={classes.bar} aria-label={t('player.label')}>
      <Tooltip label={t('player.onlyYou')}>
        <span>
          <Tag tone="accent">{t('player.pfl')}</Tag>
        </span>
      </Tooltip>
      <ActionIcon
        variant="filled"
        color="teal"
        size={32}
        radius="xl"
        onClick={() => toggleListen(track)}
        aria-label={playing ? t('action.pause') : t('action.listen')}
      >
        {playing ? <IconPlayerPauseFilled size={16} /> : <IconPlayerPlayFilled size={16} />}
      </ActionIcon>
      <div className={classes.names}>
        <span className="ellipsis">{track.title}</span>
        <span className="dim ellipsis">{track.artist}</span>
      </div>
      {problem ? (
        <span className={classes.problem} role="alert">
          {t(`player.${problem}`)}
        </span>
      ) : (
        <>
          <span className={`mono ${classes.time}`}>{formatDuration(positionSeconds)}</span>
          <Slider
            className={classes.seek}
            min={0}
            max={Math.max(1, track.durationSeconds)}
            step={1}
            value={positionSeconds}
            onChange={seekListen}
            label={(value) => formatDuration(value)}
            thumbLabel={t('player.position')}
            size={4}
            thumbSize={12}
          />
          <span className={`mono dim ${classes.time}`}>{formatDuration(track.durationSeconds)}</span>
          <IconVolume size={16} className="dim" aria-hidden="true" />
          <Slider
            className={classes.volume}
            min={0}
            max={1}
            step={0.02}
            value={volume}
            onChange={setListenVolume}
            label={null}
            thumbLabel={t('player.volume')}
            size={4}
            thumbSize={12}
          />
        </>
      )}
      <CloseButton onClick={stopListen} aria-label={t('player.close')} />
    </section>
  )
}
