// The last changes of many tracks, each with its way back.
import type { EditBatch } from '@contract/metadata'
import { Button, Group, Modal, Stack } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../../client'
import { useTopic } from '../../../stores'
import { EmptyState, formatCount, formatDateTime, LoadingState } from '../../../ui'
import classes from './metadata.module.css'
import { useUndo } from './use-undo'

export function BatchesDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('metadata')
  const { jobs } = useTopic('library')
  const running = jobs.filter(({ kind, endedAt }) => kind === 'edit' && endedAt === null).length
  const { data, reload } = useRemote((signal) => client.metadata.batch.list(undefined, { signal }), [running])
  return (
    <Modal opened onClose={onClose} title={t('batches.title')} size={720}>
      <Stack gap="md">
        {!data ? <LoadingState /> : null}
        {data?.length === 0 ? (
          <EmptyState icon={IconHistory} title={t('batches.none')} hint={t('batches.noneHint')} />
        ) : null}
        {data && data.length > 0 ? (
          <ul className={classes.batches}>
            {data.map((batch) => (
              <Batch key={batch.id} batch={batch} onChanged={reload} />
            ))}
          </ul>
        ) : null}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('common:action.close')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Batch({ batch, onChanged }: { batch: EditBatch; onChanged(): void }) {
  const { t } = useTranslation('metadata')
  const { timezone } = useTopic('station')
  const undo = useUndo()
  const { source, label, startedAt, endedAt, changed, failed, undoneAt, keptLater } = batch
  return (
    <li className={classes.batch}>
      <div className={classes.batchText}>
        <span className="ellipsis" title={label}>
          {t(`batches.source.${source}`)} · {label}
        </span>
        <span className={classes.hint}>
          {formatDateTime(startedAt, timezone)} ·{' '}
          {t('batches.changed', { count: changed, formatted: formatCount(changed) })}
          {failed > 0 ? ` · ${t('batches.failed', { count: failed, formatted: formatCount(failed) })}` : ''}
          {keptLater > 0 ? ` · ${t('batches.keptLater', { count: keptLater, formatted: formatCount(keptLater) })}` : ''}
        </span>
      </div>
      {undoneAt !== null ? (
        <span className="dim">{t('batches.undone')}</span>
      ) : endedAt === null ? (
        <span className="dim">{t('library:job.state.running')}</span>
      ) : changed > 0 ? (
        <Button size="compact-sm" onClick={() => void undo(batch.id).then(() => onChanged())}>
          {t('common:action.undo')}
        </Button>
      ) : null}
    </li>
  )
}
