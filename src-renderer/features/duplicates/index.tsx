// Tracks that are in the library more than once, group by group, each to be taken out.
import type { Track } from '@contract/library'
import { Button } from '@mantine/core'
import { IconArrowLeft, IconCopyCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { navigate } from '../../app/router'
import { client, describeError, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import {
  ConfirmButton,
  EmptyState,
  ErrorState,
  formatBytes,
  formatCount,
  formatDuration,
  LoadingState,
  Panel,
  showDone,
} from '../../ui'
import classes from './duplicates.module.css'

export function Duplicates() {
  const { t } = useTranslation('duplicates')
  const { revision } = useTopic('library')
  const found = useRemote((signal) => client.trackPage.duplicates({}, { signal }), [revision])
  const { data, error } = found
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <h1>{t('title')}</h1>
        <span className="dim">
          {data
            ? data.total > data.groups.length
              ? t('shown', { shown: formatCount(data.groups.length), formatted: formatCount(data.total) })
              : t('count', { count: data.total, formatted: formatCount(data.total) })
            : null}
        </span>
        <span className={classes.push} />
        <Button leftSection={<IconArrowLeft size={16} />} onClick={() => navigate('/library')}>
          {t('back')}
        </Button>
      </header>
      {!data ? (
        error ? (
          <ErrorState message={describeError(error)} onRetry={found.reload} />
        ) : (
          <LoadingState />
        )
      ) : data.groups.length === 0 ? (
        <EmptyState icon={IconCopyCheck} title={t('none.title')} hint={t('none.text')} />
      ) : (
        data.groups.map(({ why, tracks }) => (
          <Panel
            key={`${why} ${tracks.map(({ id }) => id).join(' ')}`}
            title={t(`why.${why}`)}
            actions={<span className="dim">{t(`about.${why}`)}</span>}
            flush
          >
            <div className={classes.group}>
              {tracks.map((track) => (
                <Twin key={track.id} track={track} onRemoved={found.reload} />
              ))}
            </div>
          </Panel>
        ))
      )}
    </div>
  )
}

function Twin({ track, onRemoved }: { track: Track; onRemoved(): void }) {
  const { t } = useTranslation('duplicates')
  const [remove, asked] = useAction(async () => {
    await client.library.tracks.remove({ id: track.id, deleteFile: false })
    showDone(t('removed'))
    onRemoved()
  })
  return (
    <div className={classes.twin}>
      <a className="ellipsis" href={`#/track/${track.id}`} title={t('page', { title: track.title })}>
        <b>{track.title}</b> <span className="dim">{track.artist}</span>
      </a>
      <span className="dim ellipsis" title={track.path}>
        {track.path}
      </span>
      <span className="mono dim">
        {track.format} {track.bitrateKbps === null ? '' : Math.round(track.bitrateKbps)}
      </span>
      <span className="mono">{formatDuration(track.durationSeconds)}</span>
      <span className="mono dim">{formatBytes(track.sizeBytes)}</span>
      <span className="dim">{t('plays', { count: track.playCount, formatted: formatCount(track.playCount) })}</span>
      <ConfirmButton
        size="compact-xs"
        variant="default"
        loading={asked}
        question={t('removeQuestion')}
        confirm={t('remove')}
        onConfirm={() => void remove()}
      >
        {t('remove')}
      </ConfirmButton>
    </div>
  )
}
