// LIVE: who is connected, how loud, and the step onto or off the air.
import type { LiveSource, LiveState } from '@contract/live'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay, useMeterLane, useTopic } from '../../stores'
import { formatCount, formatLevel, LiveText, SectionTitle, StatusDot, steadily, type Tone } from '../../ui'
import { useNow } from '../../ui/use-now'
import { UnderMusic } from '../loudness/under-music'
import classes from './on-air.module.css'

const tones: Record<LiveSource['state'], Tone> = {
  connecting: 'busy',
  ready: 'ready',
  onAir: 'live',
  stalled: 'warning',
}

export function LiveSources() {
  const { t } = useTranslation('on-air')
  const { handover, sources, rtmp } = useTopic('live')
  const { onAir } = useTopic('air')
  return (
    <section>
      <SectionTitle>{t('live.title')}</SectionTitle>
      {handover ? <HandOver handover={handover} /> : null}
      {sources.map((source) => (
        <SourceLine key={source.id} source={source} onAir={onAir} />
      ))}
      {sources.length > 0 ? null : rtmp.state === 'running' ? (
        <p className={classes.note}>{t('live.nobody')}</p>
      ) : (
        <p className={classes.note}>
          {rtmp.state === 'failed' ? <span className={classes.bad}>{rtmp.message}</span> : t('live.serverOff')}{' '}
          <a className="link-button" href="#/live">
            {t('live.setUp')}
          </a>
        </p>
      )}
    </section>
  )
}

/** Who follows, and how long the bed still plays for them. */
function HandOver({ handover: { holdUntil, to } }: { handover: NonNullable<LiveState['handover']> }) {
  const { t } = useTranslation('on-air')
  const now = useNow()
  const seconds = holdUntil === null ? 0 : Math.max(0, Math.ceil((holdUntil - now) / 1000))
  return (
    <p className={classes.note} role="status">
      {holdUntil === null ? t('live.follows', { to }) : t('live.bed', { to, seconds: formatCount(seconds) })}
    </p>
  )
}

/** Seconds until a source whose connection dropped is on air again by itself. */
function Returns({ at }: { at: number }) {
  const { t } = useTranslation('on-air')
  const now = useNow()
  return t('live.returns', { seconds: formatCount(Math.max(0, Math.ceil((at - now) / 1000))) })
}

function SourceLine({ source, onAir }: { source: LiveSource; onAir: boolean }) {
  const { t } = useTranslation('on-air')
  const may = useMay()
  const lane = useMeterLane()
  const [take, taking] = useAction(() => client.live.takeAir({ sourceId: source.id, mode: source.mode }))
  const [release, releasing] = useAction(() => client.live.release({ sourceId: source.id }))
  const live = source.state === 'onAir'
  const asked = taking || releasing
  const level = () => lane.latest?.live.find((reading) => reading.sourceId === source.id)?.peakDbfs
  return (
    <div className={classes.line}>
      <span className={classes.name} title={source.address}>
        <StatusDot tone={tones[source.state]} word={t(`live.state.${source.state}`)} quiet />
        <span className="ellipsis">
          {source.presenter}{' '}
          <span className="dim">
            {source.returnsAt !== null ? (
              <Returns at={source.returnsAt} />
            ) : source.title !== '' ? (
              [source.artist, source.title].filter(Boolean).join(' — ')
            ) : source.software ? (
              t('live.by', { software: source.software, state: t(`live.state.${source.state}`) })
            ) : (
              t(`live.state.${source.state}`)
            )}
          </span>
        </span>
        <UnderMusic sourceId={source.id} />
      </span>
      <LiveText className={classes.figures} title={t('live.level')} text={steadily(() => formatLevel(level(), 0))} />
      {may('presenter') ? (
        <button
          type="button"
          className="link-button"
          disabled={asked || (!live && (source.state !== 'ready' || !onAir))}
          onClick={() => void (live ? release() : take())}
        >
          {asked ? t('out.asked') : live ? t('live.release') : t('live.take')}
        </button>
      ) : (
        <span />
      )}
    </div>
  )
}
