// Answers across a room: on air or not and since when, what time it is, how loud, who listens, what is wrong.

import { spotlight } from '@mantine/spotlight'
import { IconAlertTriangle, IconCheck, IconHeadphones, IconSearch } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { stationNow, useConnection } from '../client'
import { useMeterLane, useTopic } from '../stores'
import { formatClock, formatCount, formatElapsed, formatLevel, LiveText, meterFraction, steadily } from '../ui'
import { FrameMenu } from './frame-menu'
import { MiniMeter } from './mini-meter'
import classes from './top-bar.module.css'

const commandKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'

export function TopBar() {
  const { t } = useTranslation('app')
  const station = useTopic('station')
  const listeners = useTopic('listeners')
  const stale = useConnection((connection) => connection.state !== 'online')
  return (
    <header className={classes.bar} data-stale={stale || undefined}>
      <AirBadge />
      <strong className={`${classes.name} ellipsis`}>{station.name}</strong>
      <LiveText
        className={classes.clock}
        title={t('top.clock', { zone: station.timezone })}
        text={() => formatClock(stationNow(), station.timezone)}
      />
      <LoudnessNow />
      <span className={classes.listeners} title={t('top.listeners', { count: listeners.total })}>
        <IconHeadphones size={16} stroke={1.7} aria-hidden="true" />
        <b>{formatCount(listeners.total)}</b>
        <span className={classes.word}>{t('top.listening')}</span>
      </span>
      <Incidents />
      <button type="button" className={classes.search} onClick={() => spotlight.open()}>
        <IconSearch size={15} aria-hidden="true" />
        <span className="visually-hidden">{t('palette.open')}</span>
        <kbd>{commandKey}</kbd>
      </button>
      <FrameMenu />
    </header>
  )
}

function AirBadge() {
  const { t } = useTranslation('app')
  const air = useTopic('air')
  const tone = !air.onAir ? 'off' : air.fallback ? 'fallback' : 'on'
  const word = air.onAir ? (air.live?.mode === 'full' ? t('top.live') : t('top.onAir')) : t('top.offAir')
  return (
    <>
      <span className={classes.air} data-tone={tone}>
        <i aria-hidden="true" />
        {word}
      </span>
      {air.onAir ? (
        <LiveText
          className={classes.elapsed}
          title={t('top.timeOnAir')}
          text={() => formatElapsed(stationNow() - air.since)}
        />
      ) : null}
      {air.onAir && air.fallback ? <span className={classes.fallback}>{t('top.fallback')}</span> : null}
    </>
  )
}

function LoudnessNow() {
  const { t } = useTranslation('app')
  const { onAir } = useTopic('air')
  const lane = useMeterLane()
  const read = () => (onAir ? lane.latest : null)
  return (
    <span className={classes.loudness} title={t('top.loudness')}>
      <MiniMeter fraction={() => meterFraction(Math.max(...(read()?.peakDbfs ?? [-60])))} />
      <LiveText className={classes.lufs} text={steadily(() => formatLevel(read()?.shortTermLufs))} />
      <span className="dim">LUFS</span>
    </span>
  )
}

function Incidents() {
  const { t } = useTranslation('app')
  const open = useTopic('incidents').filter((incident) => incident.resolvedAt === null)
  const worst = open.some((incident) => incident.severity === 'fatal')
    ? 'fatal'
    : open.some((incident) => incident.severity === 'degraded')
      ? 'degraded'
      : 'none'
  const Icon = open.length === 0 ? IconCheck : IconAlertTriangle
  const text = open.length === 0 ? t('top.noIncidents') : t('top.incidents', { count: open.length })
  return (
    <a className={classes.incidents} data-tone={worst} href="#/monitoring" aria-label={text} title={open[0]?.cause}>
      <Icon size={16} stroke={1.7} aria-hidden="true" />
      <span className={classes.word}>{text}</span>
      {open.length > 0 ? <b className={classes.count}>{open.length}</b> : null}
    </a>
  )
}
