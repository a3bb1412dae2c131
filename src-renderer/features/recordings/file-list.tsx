// Exports, clips and live shows: how far they are, to be kept, listened to and deleted.
import type { RecordingFile } from '@contract/recorder'
import { ActionIcon, Button, Progress, Tooltip } from '@mantine/core'
import { IconDownload, IconFileMusic, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, describeError, recordingFileUrl, useAction, useRemote } from '../../client'
import { useMay, useTopic } from '../../stores'
import {
  ConfirmButton,
  EmptyState,
  ErrorState,
  formatBytes,
  formatDateTime,
  formatDuration,
  LoadingState,
  Panel,
  Tag,
} from '../../ui'
import classes from './recordings.module.css'

export function FileList() {
  const { t } = useTranslation('recordings')
  const { revision, running } = useTopic('recorder')
  const { data, error, reload } = useRemote((signal) => client.recorder.files.list(undefined, { signal }), [revision])
  return (
    <Panel title={t('files.title')} flush className={classes.list}>
      {error && !data ? <ErrorState message={describeError(error)} onRetry={reload} /> : null}
      {!data && !error ? <LoadingState /> : null}
      {data?.length === 0 ? (
        <EmptyState icon={IconFileMusic} title={t('files.none.title')} hint={t('files.none.text')} />
      ) : null}
      <ul className={classes.rows}>
        {data?.map((file) => (
          <FileRow
            key={file.id}
            file={{ ...file, progress: running.find(({ id }) => id === file.id)?.progress ?? file.progress }}
          />
        ))}
      </ul>
    </Panel>
  )
}

function FileRow({ file }: { file: RecordingFile }) {
  const { t } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  const { kind, title, artist, from, seconds, bytes, format, gapSeconds } = file
  const name = (kind === 'show' ? artist : title) || t(`files.${kind}`)
  return (
    <li className={classes.file}>
      <div className={classes.fileHead}>
        <Tag tone={kind === 'show' ? 'bad' : 'plain'}>{t(`files.${kind}`)}</Tag>
        <strong className="ellipsis">{name}</strong>
        <span className={classes.push} />
        <FileActions file={file} name={name} />
      </div>
      <div className={`dim ${classes.fileFacts}`}>
        <span className="mono">{formatDateTime(from, timezone)}</span>
        {seconds === null ? null : <span className="mono">{formatDuration(seconds)}</span>}
        <span>{format.toUpperCase()}</span>
        {bytes === null ? null : <span className="mono">{formatBytes(bytes)}</span>}
        {gapSeconds > 0 ? (
          <span className={classes.warning}>{t('files.gap', { length: formatDuration(gapSeconds) })}</span>
        ) : null}
      </div>
      <FileState file={file} name={name} />
    </li>
  )
}

function FileState({ file, name }: { file: RecordingFile; name: string }) {
  const { t } = useTranslation('recordings')
  const { state, progress, message, id, kind } = file
  if (state === 'running' || state === 'waiting') {
    return (
      <div className={classes.making}>
        <Progress
          value={progress * 100}
          size="sm"
          aria-label={t('files.progress', { name })}
          className={classes.progress}
        />
        <span className="mono dim">{state === 'waiting' ? t('files.waiting') : `${Math.round(progress * 100)} %`}</span>
      </div>
    )
  }
  if (state === 'failed' || state === 'cancelled') {
    return (
      <p className={classes.warning}>{state === 'failed' ? (message ?? t('files.failed')) : t('files.cancelled')}</p>
    )
  }
  if (state === 'recording') return <p className={classes.warning}>{t('files.recording')}</p>
  if (kind === 'clip') {
    return (
      // biome-ignore lint/a11y/useMediaCaption: what was said on the air has no captions
      <audio className={classes.audio} controls preload="none" src={recordingFileUrl(id, false)} aria-label={name} />
    )
  }
  return null
}

function FileActions({ file, name }: { file: RecordingFile; name: string }) {
  const { t } = useTranslation('recordings')
  const may = useMay()
  const [cancel, cancelling] = useAction(() => client.recorder.files.cancel({ id: file.id }))
  const [remove, removing] = useAction(() => client.recorder.files.remove({ id: file.id }))
  const { id, state, fileName } = file
  if (state === 'running' || state === 'waiting') {
    return may('presenter') ? (
      <Button size="compact-xs" loading={cancelling} onClick={() => void cancel()}>
        {t('files.cancel')}
      </Button>
    ) : null
  }
  return (
    <>
      {state === 'done' ? (
        <Tooltip label={t('files.download')}>
          <ActionIcon
            component="a"
            size={26}
            variant="subtle"
            href={recordingFileUrl(id, true)}
            download={fileName}
            aria-label={t('files.downloadNamed', { name })}
          >
            <IconDownload size={15} />
          </ActionIcon>
        </Tooltip>
      ) : null}
      {may('programmer') && state !== 'recording' ? (
        <ConfirmButton
          size="compact-xs"
          variant="subtle"
          loading={removing}
          question={t('files.removeQuestion', { name })}
          confirm={t('files.remove')}
          aria-label={t('files.removeNamed', { name })}
          onConfirm={() => void remove()}
        >
          <IconTrash size={15} />
        </ConfirmButton>
      ) : null}
    </>
  )
}
