// The page of one track: what the analysis found, what may be wrong, when it aired, where it is used.
import type { Track, TrackReport } from '@contract/library'
import { Button } from '@mantine/core'
import { IconArrowLeft, IconMusicOff, IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { navigate, useRoute } from '../../app/router'
import { artworkUrl, client, describeError, errorCode, type RemoteData, spectrumUrl, useRemote } from '../../client'
import { useTopic } from '../../stores'
import {
  Artwork,
  EmptyState,
  ErrorState,
  formatCount,
  formatDateTime,
  formatDuration,
  LoadingState,
  Panel,
  StatusDot,
  Tag,
} from '../../ui'
import { Facts } from '../../ui/facts'
import { LoudnessCurve } from '../library/edit/loudness-curve'
import { soundFacts } from '../library/edit/report'
import { TrackDrawer } from '../library/edit/track-drawer'
import classes from './track-page.module.css'

export function TrackPage() {
  const { t } = useTranslation('track-page')
  const id = Number(useRoute().path[1])
  const revision = useTopic('library').revision
  const track = useRemote((signal) => client.library.tracks.get({ id }, { signal }), [id, revision])
  const [edited, setEdited] = useState(false)
  // What is known of another track is not shown while this one is asked for.
  if (track.data?.id !== id) {
    if (!track.error) return <LoadingState />
    return errorCode(track.error) === 'not_found' || Number.isNaN(id) ? (
      <EmptyState
        icon={IconMusicOff}
        title={t('notFound')}
        hint=""
        action={<Button onClick={() => navigate('/library')}>{t('back')}</Button>}
      />
    ) : (
      <ErrorState message={describeError(track.error)} onRetry={track.reload} />
    )
  }
  return (
    <div className={classes.screen}>
      <Head track={track.data} onEdit={() => setEdited(true)} />
      <Body key={id} track={track.data} />
      {edited ? (
        <TrackDrawer
          track={track.data}
          onClose={() => setEdited(false)}
          onSaved={(saved) => {
            track.replace(saved)
            setEdited(false)
          }}
        />
      ) : null}
    </div>
  )
}

function Head({ track, onEdit }: { track: Track; onEdit(): void }) {
  const { t } = useTranslation('track-page')
  const url = track.hasArtwork ? artworkUrl(track.id) : null
  return (
    <header className={classes.head}>
      <Artwork url={url} seed={`${track.artist} ${track.title}`} size={64} kind={track.kind} />
      <div className={classes.names}>
        <h1 className="ellipsis">{track.title}</h1>
        <p className="dim ellipsis">{[track.artist, track.album, track.year].filter(Boolean).join(' · ')}</p>
      </div>
      <Tag>{t(`common:kind.${track.kind}`)}</Tag>
      <span className="mono">{formatDuration(track.durationSeconds)}</span>
      <Button leftSection={<IconArrowLeft size={16} />} onClick={() => navigate('/library')}>
        {t('back')}
      </Button>
      <Button leftSection={<IconPencil size={16} />} onClick={onEdit}>
        {t('edit')}
      </Button>
    </header>
  )
}

function Body({ track }: { track: Track }) {
  const { id, updatedAt } = track
  const report = useRemote((signal) => client.library.tracks.report({ id }, { signal }), [id, updatedAt])
  return (
    <div className={classes.body}>
      <div className={classes.column}>
        <Problems id={id} updatedAt={updatedAt} />
        <Sound track={track} report={report} />
        <Spectrum track={track} />
      </div>
      <div className={classes.column}>
        <Structure track={track} />
        <Uses id={id} />
        <History id={id} />
      </div>
    </div>
  )
}

function Problems({ id, updatedAt }: { id: number; updatedAt: number }) {
  const { t } = useTranslation('track-page')
  const inspection = useRemote((signal) => client.trackPage.inspect({ id }, { signal }), [id, updatedAt])
  const { data, error } = inspection
  return (
    <Panel title={t('problems.title')}>
      {data ? (
        data.problems.length === 0 ? (
          <StatusDot tone="good" word={t('problems.none')} />
        ) : (
          <ul className={classes.list}>
            {data.problems.map(({ severity, text, sentence, values }) => (
              <li key={text}>
                <StatusDot tone={severity === 'bad' ? 'bad' : 'warning'} word={t(`problems.severity.${severity}`)} />{' '}
                {t(`problems.say.${sentence}`, {
                  ...values,
                  field: t(`problems.field.${values['field'] ?? 'title'}`),
                  defaultValue: text,
                })}
              </li>
            ))}
          </ul>
        )
      ) : (
        <p className={`dim ${classes.plain}`}>{error ? describeError(error) : t('problems.looking')}</p>
      )}
    </Panel>
  )
}

function Sound({ track, report }: { track: Track; report: RemoteData<TrackReport> }) {
  const { t } = useTranslation('track-page')
  const { t: words } = useTranslation('library')
  const { data } = report
  return (
    <Panel title={t('sound.title')}>
      {!data ? (
        <LoadingState />
      ) : data.analysedAt === null ? (
        <p className={`dim ${classes.plain}`}>{words('edit.reportNone')}</p>
      ) : (
        <>
          <LoudnessCurve trackId={track.id} report={data} />
          <Facts
            columns={2}
            facts={[
              ...soundFacts(words, data),
              [
                t('facts.tempo'),
                track.tempoBpm === null ? '–' : words('edit.bpm', { bpm: Math.round(track.tempoBpm) }),
              ],
            ]}
          />
        </>
      )}
    </Panel>
  )
}

function Spectrum({ track }: { track: Track }) {
  const { t } = useTranslation('track-page')
  const [failed, setFailed] = useState(false)
  const top = track.sampleRateHz === null ? '' : `${(track.sampleRateHz / 2000).toFixed(1)} kHz`
  return (
    <Panel
      title={t('sound.spectrumTitle')}
      actions={<span className="mono dim">{top === '' ? '' : `0 – ${top}`}</span>}
      flush
    >
      {failed ? (
        <p className={`dim ${classes.note}`}>{t('sound.noSpectrum')}</p>
      ) : (
        <img
          className={classes.spectrum}
          src={`${spectrumUrl(track.id)}?${track.updatedAt}`}
          alt={t('sound.spectrum', { top })}
          onError={() => setFailed(true)}
        />
      )}
    </Panel>
  )
}

function Structure({ track }: { track: Track }) {
  const { t } = useTranslation('track-page')
  const { cueInSeconds, introEndSeconds, startNextSeconds, cueOutSeconds } = track.cues
  const at = (seconds: number | null) => (
    <span className="mono">{seconds === null ? '–' : formatDuration(seconds, true)}</span>
  )
  const figure = (value: number | null, unit: string) => (value === null ? '–' : `${value} ${unit}`)
  const { bitrateKbps, sampleRateHz } = track
  return (
    <Panel title={t('structure.title')}>
      <Facts
        columns={2}
        facts={[
          [t('structure.cueIn'), at(cueInSeconds)],
          [t('structure.introEnd'), at(introEndSeconds)],
          [t('structure.startNext'), at(startNextSeconds)],
          [t('structure.cueOut'), at(cueOutSeconds)],
          [t('facts.format'), track.format],
          [t('facts.bitRate'), figure(bitrateKbps === null ? null : Math.round(bitrateKbps), 'kbit/s')],
          [t('facts.sampleRate'), figure(sampleRateHz === null ? null : sampleRateHz / 1000, 'kHz')],
          [t('facts.channels'), track.channels === null ? '–' : String(track.channels)],
          [t('facts.plays'), formatCount(track.playCount)],
        ]}
      />
      <p className={`dim ${classes.path}`}>{track.path}</p>
    </Panel>
  )
}

function Uses({ id }: { id: number }) {
  const { t } = useTranslation('track-page')
  const { data } = useRemote((signal) => client.trackPage.uses({ id }, { signal }), [id])
  const nowhere = data && data.playlists.length + data.carts.length + data.queued === 0
  return (
    <Panel title={t('uses.title')}>
      {!data ? (
        <LoadingState />
      ) : nowhere ? (
        <p className={`dim ${classes.plain}`}>{t('uses.none')}</p>
      ) : (
        <ul className={classes.list}>
          {data.playlists.map((playlist) => (
            <li key={`list ${playlist.id}`}>
              <a href={`#/playlists/${playlist.id}`}>{t('uses.playlist', { name: playlist.name })}</a>
              {playlist.times > 1 ? <span className="dim"> · {t('uses.times', { count: playlist.times })}</span> : null}
            </li>
          ))}
          {data.carts.map(({ id: cart, label, page, slot }) => (
            <li key={`cart ${cart}`}>{t('uses.cart', { label, page, slot })}</li>
          ))}
          {data.queued > 0 ? <li>{t('uses.queued', { count: data.queued })}</li> : null}
        </ul>
      )}
    </Panel>
  )
}

const shownPlays = 50

function History({ id }: { id: number }) {
  const { t } = useTranslation('track-page')
  const { timezone } = useTopic('station')
  const newest = useTopic('log')[0]?.id
  const { data } = useRemote(
    (signal) => client.rights.entries.list({ trackId: id, limit: shownPlays }, { signal }),
    [id, newest],
  )
  return (
    <Panel title={t('history.title')}>
      {!data ? (
        <LoadingState />
      ) : data.items.length === 0 ? (
        <p className={`dim ${classes.plain}`}>{t('history.none')}</p>
      ) : (
        <ol className={classes.list}>
          {data.items.map((entry) => (
            <li key={entry.id} className={classes.play}>
              <span className="mono">{formatDateTime(entry.startedAt, timezone)}</span>
              <span className="dim ellipsis">{entry.reason}</span>
              <span className="mono dim">
                {entry.listeners === null ? '' : t('history.listeners', { formatted: formatCount(entry.listeners) })}
              </span>
            </li>
          ))}
          {data.total > data.items.length ? (
            <li className="dim">
              {t('history.more', { shown: data.items.length, formatted: formatCount(data.total) })}
            </li>
          ) : null}
        </ol>
      )}
    </Panel>
  )
}
