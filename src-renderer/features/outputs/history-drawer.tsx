// What happened to a destination, newest first.
import type { Destination } from '@contract/outputs'
import { Drawer } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, describeError, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, ErrorState, formatDateTime, LoadingState, StatusDot } from '../../ui'
import { outputTone } from '../on-air/output-tone'
import classes from './outputs.module.css'

export function HistoryDrawer({ destination, onClose }: { destination: Destination; onClose(): void }) {
  const { t } = useTranslation('outputs')
  const { timezone } = useTopic('station')
  const newest = useTopic('outputs').destinations.find((other) => other.id === destination.id)
  const { data, error, reload } = useRemote(
    (signal) => client.outputs.destinations.history({ id: destination.id }, { signal }),
    [destination.id, newest?.since],
  )
  return (
    <Drawer opened onClose={onClose} position="right" size={480} title={t('history.title', { name: destination.name })}>
      {error && !data ? <ErrorState message={describeError(error)} onRetry={reload} /> : null}
      {!data && !error ? <LoadingState /> : null}
      {data?.length === 0 ? <EmptyState icon={IconHistory} title={t('history.none')} /> : null}
      <ol className={classes.history}>
        {data?.map((entry) => (
          <li key={`${entry.at} ${entry.state}`}>
            <time className="mono dim">{formatDateTime(entry.at, timezone)}</time>
            <div>
              <StatusDot tone={outputTone(entry.state)} word={t(`state.${entry.state}`)} />
              {entry.message ? <div className={classes.small}>{entry.message}</div> : null}
            </div>
          </li>
        ))}
      </ol>
    </Drawer>
  )
}
