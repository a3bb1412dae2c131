// Connected sources with their level, and the hand that puts them on air.
import type { LiveSource, LiveState } from '@contract/live'
import { Button } from '@mantine/core'
import {
  IconBroadcast,
  IconClockHour4,
  IconMicrophone2,
  IconMusic,
  IconPlugConnectedX,
  IconPlugX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMeterLane, useTopic } from '../../stores'
import {
  ConfirmButton,
  EmptyState,
  formatCount,
  formatElapsed,
  formatLevel,
  LevelMeter,
  LiveText,
  Panel,
  StatusDot,
  steadily,
  type Tone,
} from '../../ui'
import { useNow } from '../../ui/use-now'
import { HandOverLine, HandOverMenu } from './hand-over'
import classes from './live.module.css'

const tones: Record<LiveSource['state'], Tone> = { connecting: 'busy', ready: 'ready', onAir: 'live', stalled: 'bad' }

export function Sources({ live }: { live: LiveState }) {
  const { t } = useTranslation('live')
  const [start, starting] = useAction(() => client.live.rtmp.start())
  const off = live.rtmp.state === 'stopped' || live.rtmp.state === 'failed'
  return (
    <Panel title={t('sources.title')} actions={<HandOverMenu live={live} />}>
      <HandOverLine live={live} />
      {live.sources.length > 0 ? (
        <div className={classes.sourceList}>
          {live.sources.map((source) => (
            <Source key={source.id} source={source} />
          ))}
        </div>
      ) : off ? (
        <EmptyState
          icon={IconPlugConnectedX}
          title={t('sources.serverOff.title')}
          hint={live.rtmp.message ?? t('sources.serverOff.text')}
          action={
            <Button variant="filled" loading={starting} onClick={() => void start()}>
              {t('sources.serverOff.action')}
            </Button>
          }
        />
      ) : (
        <EmptyState icon={IconMicrophone2} title={t('sources.none.title')} hint={t('sources.none.text')} />
      )}
    </Panel>
  )
}

function Source({ source }: { source: LiveSource }) {
  const { t } = useTranslation('live')
  const lane = useMeterLane()
  const reading = () => lane.latest?.live.find((meter) => meter.sourceId === source.id)
  const { onAir } = useTopic('air')
  const { presenter, state, mode } = source
  const hint =
    source.heldBack !== null && state === 'ready' ? `sources.heldBack.${source.heldBack}` : stateHint(state, mode)
  return (
    <article className={classes.source} data-state={state}>
      <div className={classes.sourceHead}>
        <strong className="ellipsis">{presenter}</strong>
        <StatusDot tone={tones[state]} word={t(`sources.state.${state}`)} />
        <span className="dim">{t(onAir ? hint : 'sources.offAir')}</span>
        <span className={classes.push} />
        <SourceActions source={source} />
      </div>
      <div className={classes.sourceMeter}>
        <LevelMeter
          label={t('sources.level', { presenter })}
          peakDbfs={() => reading()?.peakDbfs ?? null}
          height={14}
        />
        <LiveText className="mono" text={() => t('sources.levelValue', { level: formatLevel(reading()?.peakDbfs) })} />
        <LiveText className="mono dim" text={() => `${formatLevel(reading()?.lufs)} LUFS`} />
      </div>
      {source.title === '' && source.showName === '' ? null : (
        <div className={classes.sourceTitle}>
          <IconMusic size={14} aria-hidden="true" />
          <span className="ellipsis">
            {[source.artist, source.title].filter(Boolean).join(' — ') || source.showName}
          </span>
          {source.title !== '' && source.showName !== '' ? (
            <span className="dim ellipsis">{source.showName}</span>
          ) : null}
        </div>
      )}
      <ReturnLine source={source} />
      <SourceFacts source={source} />
    </article>
  )
}

const stateHint = (state: LiveSource['state'], mode: LiveSource['mode']) =>
  state === 'onAir'
    ? (`sources.${mode === 'full' ? 'full' : 'talkoverMode'}` as const)
    : (`sources.stateHint.${state}` as const)

/** Its connection dropped on air: it returns by itself, or by hand now. */
function ReturnLine({ source }: { source: LiveSource }) {
  const { t } = useTranslation('live')
  const now = useNow()
  if (source.returnsAt === null) return null
  const seconds = Math.max(0, Math.ceil((source.returnsAt - now) / 1000))
  return (
    <p className={classes.note} role="status">
      <IconClockHour4 size={14} aria-hidden="true" /> {t('sources.returns', { seconds: formatCount(seconds) })}
    </p>
  )
}

function SourceFacts({ source }: { source: LiveSource }) {
  const { t } = useTranslation('live')
  const now = useNow()
  const elapsed = (since: number) => formatElapsed(now - since)
  const lane = useMeterLane()
  const latency = () => lane.latest?.live.find((meter) => meter.sourceId === source.id)?.latencySeconds
  const words = [
    t(`sources.protocols.${source.protocol}`),
    source.codec,
    source.kbps === null ? '' : t('sources.kbps', { kbps: formatCount(source.kbps) }),
    source.software,
    source.address,
  ]
  return (
    <div className={classes.sourceFacts}>
      <span className="ellipsis" title={words.join(' · ')}>
        {words.filter(Boolean).join(' · ')}
      </span>
      <LiveText
        className="mono"
        title={t('sources.bufferHint')}
        text={steadily(() => {
          const seconds = latency()
          return seconds === undefined ? '' : t('sources.buffer', { seconds: seconds.toFixed(1) })
        })}
      />
      <span className="mono">
        {source.onAirSince === null
          ? t('sources.connectedFor', { time: elapsed(source.connectedAt) })
          : t('sources.onAirFor', { time: elapsed(source.onAirSince) })}
      </span>
    </div>
  )
}

function SourceActions({ source }: { source: LiveSource }) {
  const { t } = useTranslation('live')
  const { onAir } = useTopic('air')
  const { id: sourceId, presenter, state } = source
  const ready = onAir && state === 'ready'
  const [take, taking] = useAction((mode: LiveSource['mode']) => client.live.takeAir({ sourceId, mode }))
  const [release, releasing] = useAction(() => client.live.release({ sourceId }))
  const [drop, dropping] = useAction(() => client.live.drop({ sourceId }))
  const question = [
    t('sources.dropTitle', { presenter }),
    t(state === 'onAir' ? 'sources.dropOnAir' : 'sources.dropText'),
  ].join(' ')
  return (
    <div className={classes.sourceActions}>
      {state === 'onAir' ? (
        <Button size="xs" loading={releasing} onClick={() => void release()}>
          {t('sources.release')}
        </Button>
      ) : (
        <>
          <Button size="xs" disabled={!ready} loading={taking} onClick={() => void take('talkover')}>
            {t('sources.talkover')}
          </Button>
          <Button
            size="xs"
            variant="filled"
            leftSection={<IconBroadcast size={14} />}
            disabled={!ready}
            loading={taking}
            onClick={() => void take('full')}
          >
            {t('sources.takeAir')}
          </Button>
        </>
      )}
      <ConfirmButton
        size="xs"
        px={8}
        variant="subtle"
        question={question}
        confirm={t('sources.drop')}
        loading={dropping}
        onConfirm={() => void drop()}
        aria-label={`${t('sources.drop')}: ${presenter}`}
      >
        <IconPlugX size={16} />
      </ConfirmButton>
    </div>
  )
}
