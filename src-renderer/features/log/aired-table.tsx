// What aired, newest first: when, what, whose, and who heard it.
import type { Aired } from '@contract/rights'
import { IconAlertTriangle, IconHistory, IconPencil } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../../client'
import {
  type Column,
  DataTable,
  EmptyState,
  ErrorState,
  formatClock,
  formatCount,
  formatDateTime,
  formatDuration,
  LoadingState,
} from '../../ui'
import classes from './log.module.css'
import type { AiredPages } from './use-aired'

export interface AiredTableProps {
  aired: AiredPages
  timezone: string
  filtered: boolean
  /** All of them are of the same day: the date need not be said. */
  oneDay: boolean
  onOpen(entry: Aired): void
}

export function AiredTable({ aired, timezone, filtered, oneDay, onOpen }: AiredTableProps) {
  const { t } = useTranslation('log')
  const columns = useColumns(timezone, oneDay)
  if (aired.error !== null && aired.items.length === 0) {
    return <ErrorState message={describeError(aired.error)} onRetry={aired.reload} />
  }
  if (aired.loading && aired.items.length === 0) return <LoadingState />
  return (
    <div className={classes.table}>
      <DataTable<Aired>
        label={t('title')}
        columns={columns}
        count={aired.items.length}
        rowAt={(index) => aired.items[index]}
        keyOf={(entry) => entry.id}
        onRange={(_first, last) => aired.need(last)}
        onRowClick={onOpen}
        onRowOpen={onOpen}
        rowTone={(entry) => (entry.endedAt === null ? 'playing' : entry.excluded ? 'faint' : undefined)}
        empty={
          <EmptyState
            icon={IconHistory}
            title={t(filtered ? 'noMatch.title' : 'empty.title')}
            hint={t(filtered ? 'noMatch.text' : 'empty.text')}
          />
        }
      />
    </div>
  )
}

function useColumns(timezone: string, oneDay: boolean): Column<Aired>[] {
  const { t } = useTranslation('log')
  return useMemo(() => {
    const dim = (text: string) => <div className="dim ellipsis">{text}</div>
    return [
      {
        key: 'at',
        header: t('column.at'),
        width: oneDay ? '84px' : '176px',
        cell: ({ startedAt }) => (
          <span className="mono">
            {oneDay ? formatClock(startedAt, timezone) : formatDateTime(startedAt, timezone, true)}
          </span>
        ),
      },
      {
        key: 'title',
        header: t('column.title'),
        width: 'minmax(150px, 2.4fr)',
        cell: (entry) => <Title entry={entry} />,
      },
      { key: 'artist', header: t('column.artist'), width: 'minmax(110px, 1.6fr)', cell: ({ artist }) => artist },
      { key: 'album', header: t('column.album'), width: 'minmax(80px, 1.2fr)', cell: ({ album }) => dim(album) },
      { key: 'label', header: t('column.label'), width: 'minmax(80px, 1fr)', cell: ({ label }) => dim(label) },
      {
        key: 'isrc',
        header: t('column.isrc'),
        width: '124px',
        cell: ({ isrc }) => <span className="mono dim">{isrc}</span>,
      },
      {
        key: 'played',
        header: t('column.played'),
        width: '76px',
        align: 'right',
        cell: ({ playedSeconds }) => (
          <span className="mono">{playedSeconds === null ? '' : formatDuration(playedSeconds)}</span>
        ),
      },
      {
        key: 'listeners',
        header: t('column.listeners'),
        width: '88px',
        align: 'right',
        cell: ({ listeners, listenersAtStart }) => (
          <span className={listeners === null ? 'mono dim' : 'mono'}>
            {(listeners ?? listenersAtStart) === null ? '' : formatCount(listeners ?? listenersAtStart ?? 0)}
          </span>
        ),
      },
    ] satisfies Column<Aired>[]
  }, [t, timezone, oneDay])
}

function Title({ entry }: { entry: Aired }) {
  const { t } = useTranslation('log')
  const lacks = entry.kind === 'music' && (entry.isrc === '' || entry.label === '' || entry.album === '')
  return (
    <span className={classes.title}>
      <span className="ellipsis">{entry.title}</span>
      {entry.kind === 'music' ? null : <span className={classes.kind}>{t(`common:kind.${entry.kind}`)}</span>}
      {entry.corrections > 0 ? <IconPencil size={14} aria-label={t('corrected')} role="img" className="dim" /> : null}
      {lacks && entry.endedAt !== null ? (
        <IconAlertTriangle size={14} aria-label={t('lacks')} role="img" className={classes.lacks} />
      ) : null}
    </span>
  )
}
