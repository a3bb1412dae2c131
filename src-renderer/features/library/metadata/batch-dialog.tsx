// Many tracks edited at once: what is to change, what that would do, how far it is, and back again.
import type { Job } from '@contract/library'
import type { BatchPreview, EditBatch, TrackChoice } from '@contract/metadata'
import { Button, Group, Modal, Stack } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../../client'
import { formatCount, showUndo } from '../../../ui'
import { type BatchDraft, changeOf, emptyDraft, wrongNumbers } from './batch-draft'
import { BatchFields } from './batch-fields'
import { ChangesTable } from './changes-table'
import { hasEnded, JobProgress, useJob } from './job-progress'
import classes from './metadata.module.css'
import { useUndo } from './use-undo'

export interface BatchDialogProps {
  choice: TrackChoice
  count: number
  onClose(): void
}

export function BatchDialog({ choice, count, onClose }: BatchDialogProps) {
  const { t } = useTranslation('metadata')
  const [draft, setDraft] = useState<BatchDraft>(emptyDraft)
  const [preview, setPreview] = useState<BatchPreview | null>(null)
  const [started, setStarted] = useState<{ batch: EditBatch; job: Job } | null>(null)
  const change = changeOf(draft)
  const ready = change !== null && wrongNumbers(draft).length === 0
  const [look, looking] = useAction(async () => {
    if (change) setPreview(await client.metadata.batch.preview({ ...choice, change }))
  })
  const [apply, applying] = useAction(async () => {
    if (change) setStarted(await client.metadata.batch.apply({ ...choice, change }))
  })
  const edit = (next: BatchDraft) => {
    setDraft(next)
    setPreview(null)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size={880}
      title={t('batch.title', { count, formatted: formatCount(count) })}
      closeOnClickOutside={change === null}
    >
      {started ? (
        <Running started={started} onClose={onClose} />
      ) : (
        <Stack gap="md">
          {preview ? <Preview preview={preview} /> : <BatchFields draft={draft} onDraft={edit} />}
          <Group justify="flex-end" gap="sm" className={classes.foot}>
            {preview ? (
              <Button onClick={() => setPreview(null)}>{t('batch.back')}</Button>
            ) : (
              <Button onClick={onClose}>{t('common:action.cancel')}</Button>
            )}
            {preview ? (
              <Button
                variant="filled"
                disabled={preview.changing === 0}
                loading={applying}
                onClick={() => void apply()}
              >
                {t('batch.apply', { count: preview.changing, formatted: formatCount(preview.changing) })}
              </Button>
            ) : (
              <Button variant="filled" disabled={!ready} loading={looking} onClick={() => void look()}>
                {t('batch.look')}
              </Button>
            )}
          </Group>
        </Stack>
      )}
    </Modal>
  )
}

function Preview({ preview }: { preview: BatchPreview }) {
  const { t } = useTranslation('metadata')
  const { tracks, changing, refused, first, problems } = preview
  return (
    <Stack gap="sm">
      <p className={classes.sum} role="status">
        {t('batch.wouldChange', { changing: formatCount(changing), tracks: formatCount(tracks) })}
        {refused > 0 ? ` ${t('batch.refused', { count: refused, formatted: formatCount(refused) })}` : ''}
      </p>
      {first.length > 0 ? <ChangesTable tracks={first} /> : null}
      {changing > first.length && first.length > 0 ? (
        <p className={classes.hint}>
          {t('batch.firstShown', { count: first.length, formatted: formatCount(first.length) })}
        </p>
      ) : null}
      {problems.length > 0 ? (
        <ul className={classes.issues} aria-label={t('job.failures')}>
          {problems.map(({ trackId, title, why }) => (
            <li key={trackId}>
              <span className={classes.issuePlace}>{title}</span>
              <span>{why}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </Stack>
  )
}

export function Running({ started, onClose }: { started: { batch: EditBatch; job: Job }; onClose(): void }) {
  const { t } = useTranslation('metadata')
  const job = useJob(started.job)
  const undo = useUndo()
  const ended = hasEnded(job)
  const clean = ended && job.failed === 0 && job.state === 'done'
  // Nothing to read any more: the dialog goes, the way back stays for a while.
  useEffect(() => {
    if (!clean) return
    showUndo(
      t('batch.done', { count: job.changed, formatted: formatCount(job.changed) }),
      () => void undo(started.batch.id),
    )
    onClose()
  }, [clean, job.changed, onClose, started.batch.id, t, undo])
  return (
    <Stack gap="md">
      <JobProgress job={job} />
      <Group justify="flex-end" gap="sm">
        {ended && job.changed > 0 ? (
          <Button
            onClick={() => {
              void undo(started.batch.id)
              onClose()
            }}
          >
            {t('common:action.undo')}
          </Button>
        ) : null}
        <Button variant="filled" onClick={onClose}>
          {ended ? t('common:action.close') : t('job.background')}
        </Button>
      </Group>
    </Stack>
  )
}
