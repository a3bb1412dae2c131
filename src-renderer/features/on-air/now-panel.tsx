// NOW: the running item with its countdown and waveform, and what can be done to it. Off air: the big button.
import type { Air, OnAirItem } from '@contract/playout'
import { useTranslation } from 'react-i18next'
import { artworkUrl, stationNow } from '../../client'
import { useTopic } from '../../stores'
import { Artwork, Countdown, formatClock, formatDuration, formatElapsed, formatLevel, LiveText, Tag } from '../../ui'
import { NowControls } from './now-controls'
import classes from './now-panel.module.css'
import { NowWaveform } from './now-waveform'
import { OffAirPanel } from './off-air-panel'
import { remainingSeconds } from './position'
import { usePosition } from './use-position'

export function NowPanel() {
  const air = useTopic('air')
  return air.onAir ? <Running air={air} /> : <OffAirPanel />
}

function Running({ air }: { air: Air }) {
  const { t } = useTranslation('on-air')
  const { item } = air
  const position = usePosition()
  return (
    <section className={classes.now} aria-label={t('now.label')}>
      <div className={classes.head}>
        <Artwork
          url={item?.hasArtwork && item.trackId !== null ? artworkUrl(item.trackId) : null}
          seed={item ? `${item.artist} ${item.title}` : ''}
          size={72}
          kind={item?.kind ?? 'music'}
        />
        <div className={classes.words}>
          <Origin air={air} />
          <div className={`${classes.title} ellipsis`} title={item?.title}>
            {item?.title ?? t('now.waiting')}
          </div>
          <div className={`${classes.artist} ellipsis`}>{item ? <ArtistLine item={item} /> : null}</div>
        </div>
        <Times item={item} position={position} />
      </div>
      <NowWaveform item={item} position={position} />
      <div className={classes.foot}>
        <Tags item={item} air={air} />
        <NowControls air={air} />
      </div>
    </section>
  )
}

/** What is left of an item; a live source has no end, so its time counts up. */
function Times({ item, position }: { item: OnAirItem | null; position(): number | null }) {
  if (item?.kind === 'live') {
    return (
      <div className={classes.time}>
        <LiveText className={classes.liveTime} text={() => formatElapsed(stationNow() - item.startedAt)} />
      </div>
    )
  }
  return (
    <div className={classes.time}>
      <Countdown remainingSeconds={() => remainingSeconds(item, position())} />
      <LiveText
        className={classes.elapsed}
        text={() => {
          const seconds = position()
          return item === null || seconds === null
            ? ''
            : `${formatDuration(seconds, true)} / ${formatDuration(item.durationSeconds, true)}`
        }}
      />
    </div>
  )
}

function Origin({ air }: { air: Air }) {
  const { t } = useTranslation('on-air')
  const { timezone } = useTopic('station')
  const { item, live } = air
  if (live?.mode === 'full') return <div className={classes.origin}>{t('now.live', { presenter: live.presenter })}</div>
  if (!item) return <div className={classes.origin}>{t('now.label')}</div>
  const values = { reason: item.reason, time: item.endsAt === null ? '' : formatClock(item.endsAt, timezone) }
  return (
    <div className={`${classes.origin} ellipsis`}>
      {item.endsAt === null ? t('now.origin', values) : t('now.originTill', values)}
      {air.fallback ? <span className={classes.fallback}> {t('now.fallback')}</span> : null}
      {live ? <span className={classes.talk}> {t('now.talkover', { presenter: live.presenter })}</span> : null}
    </div>
  )
}

function ArtistLine({ item }: { item: OnAirItem }) {
  const { t } = useTranslation('on-air')
  const artist = item.artist || t('now.unknownArtist')
  if (!item.album) return <>{artist}</>
  return (
    <>
      {artist}{' '}
      <span className="faint">
        {item.year === null
          ? t('now.album', { album: item.album })
          : t('now.albumYear', { album: item.album, year: item.year })}
      </span>
    </>
  )
}

function Tags({ item, air }: { item: OnAirItem | null; air: Air }) {
  const { t } = useTranslation('on-air')
  if (!item) return <div className={classes.tags} />
  const end = item.cueOutSeconds || item.durationSeconds
  const overlap = item.startNextSeconds === null ? 0 : end - item.startNextSeconds
  return (
    <div className={classes.tags}>
      {item.kind === 'music' ? null : <Tag tone="accent">{t(`common:kind.${item.kind}`)}</Tag>}
      {item.introEndSeconds !== null && item.introEndSeconds - item.cueInSeconds >= 1 ? (
        <Tag title={t(item.introEndIsEstimate ? 'now.introEstimateHint' : 'now.introHint')}>
          {t('now.intro', { time: formatDuration(item.introEndSeconds) })}
        </Tag>
      ) : null}
      {overlap > 0.05 ? (
        <Tag title={t('now.nextStartsHint')}>{t('now.nextStarts', { time: formatDuration(-overlap, true) })}</Tag>
      ) : null}
      {item.lufs === null ? null : <Tag title={t('now.lufsHint')}>{formatLevel(item.lufs)} LUFS</Tag>}
      {item.tempoBpm === null && item.camelot === null ? null : (
        <Tag title={t('now.tempoHint')}>
          {[item.tempoBpm === null ? '' : t('now.tempo', { bpm: Math.round(item.tempoBpm) }), item.camelot ?? '']
            .filter(Boolean)
            .join(' · ')}
        </Tag>
      )}
      {Math.abs(item.gainDb) >= 0.05 ? (
        <Tag title={t('now.gainHint')}>{t('now.gain', { gain: formatGain(item.gainDb) })}</Tag>
      ) : null}
      {item.pausedUntil === null ? null : (
        <Tag tone="warning" title={t('now.pausedHint')}>
          {t('now.paused')}
        </Tag>
      )}
      {air.stopAfter ? <Tag tone="warning">{t('now.stopsAfter')}</Tag> : null}
    </div>
  )
}

const formatGain = (decibels: number) => `${decibels > 0 ? '+' : ''}${formatLevel(decibels)}`
