// Connected sources with their level, and the hand that puts them on air.
import type { LiveSource, LiveState } from '@contract/live'
import { Button } from '@mantine/core'
import { IconBroadcast, IconMicrophone2, IconPlugConnectedX, IconPlugX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMeterLane, useTopic } from '../../stores'
import {
  ConfirmButton,
  EmptyState,
  formatElapsed,
  formatLevel,
  LevelMeter,
  LiveText,
  Panel,
  StatusDot,
  type Tone,
} from '../../ui'
import { useNow } from '../../ui/use-now'
import classes from './live.module.css'

const tones: Record<LiveSource['state'], Tone> = { connecting: 'busy', ready: 'ready', onAir: 'live', stalled: 'bad' }

export function Sources({ live }: { live: LiveState }) {
  const { t } = useTranslation('live')
  const [start, starting] = useAction(() => client.live.rtmp.start())
  const off = live.rtmp.state === 'stopped' || live.rtmp.state === 'failed'
  return (
    <Panel title={t('sources.title')}>
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
    state === 'onAir' ? (mode === 'full' ? 'sources.full' : 'sources.talkoverMode') : `sources.stateHint.${state}`
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
      <SourceFacts source={source} />
    </article>
  )
}

function SourceFacts({ source }: { source: LiveSource }) {
  const { t } = useTranslation('live')
  const now = useNow()
  const elapsed = (since: number) => formatElapsed(now - since)
  const words = [source.protocol.toUpperCase(), source.codec, source.software, source.address]
  return (
    <div className={classes.sourceFacts}>
      <span className="ellipsis" title={words.join(' · ')}>
        {words.filter(Boolean).join(' · ')}
      </span>
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
