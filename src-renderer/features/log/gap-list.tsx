// The to-do list of a report: recordings that aired without ISRC, label or album; what most people heard first.
import { Button, Table } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, describeError, type RemoteData, useAction } from '../../client'
import { EmptyState, ErrorState, formatCount, LoadingState, StatusDot, showDone } from '../../ui'
import classes from './log.module.css'
import type { Period } from './periods'

type Gaps = Awaited<ReturnType<typeof client.rights.gaps.list>>

export interface GapListProps {
  gaps: RemoteData<Gaps>
  period: Period
  onFilled(): void
}

export function GapList({ gaps, period, onFilled }: GapListProps) {
  const { t } = useTranslation('log')
  const [fill, asked] = useAction(async () => {
    const { entries } = await client.rights.gaps.fill(period)
    showDone(t('gaps.filled', { count: entries, formatted: formatCount(entries) }))
    onFilled()
  })
  const { data, error } = gaps
  if (!data) return error ? <ErrorState message={describeError(error)} onRetry={gaps.reload} /> : <LoadingState />
  if (data.items.length === 0) {
    return <EmptyState icon={IconCircleCheck} title={t('gaps.none.title')} hint={t('gaps.none.text')} />
  }
  const known = data.items.filter((item) => Object.keys(item.known).length > 0).length
  return (
    <div className={classes.gaps}>
      <div className={classes.gapHead}>
        <span>
          {t('gaps.complete', {
            complete: formatCount(data.complete),
            count: data.recordings,
            formatted: formatCount(data.recordings),
          })}
        </span>
        <Button size="xs" disabled={known === 0} loading={asked} onClick={() => void fill()}>
          {t('gaps.fill', { count: known, formatted: formatCount(known) })}
        </Button>
      </div>
      <div className={classes.gapScroll}>
        <Table stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('column.title')}</Table.Th>
              <Table.Th>{t('column.artist')}</Table.Th>
              <Table.Th>{t('gaps.missing')}</Table.Th>
              <Table.Th>{t('gaps.report')}</Table.Th>
              <Table.Th ta="right">{t('gaps.plays')}</Table.Th>
              <Table.Th ta="right">{t('column.listeners')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((item) => (
              <Table.Tr key={[item.trackId, item.title, item.artist, item.album, item.label, item.isrc].join(' ')}>
                <Table.Td>
                  {item.trackId === null ? item.title : <a href={`#/track/${item.trackId}`}>{item.title}</a>}
                </Table.Td>
                <Table.Td>{item.artist}</Table.Td>
                <Table.Td className="dim">
                  {item.missing
                    .map((field) =>
                      item.known[field] ? `${t(`column.${field}`)} → ${item.known[field]}` : t(`column.${field}`),
                    )
                    .join(', ')}
                </Table.Td>
                <Table.Td>
                  <StatusDot
                    tone={item.blocks ? 'bad' : 'idle'}
                    word={t(item.blocks ? 'gaps.blocks' : 'gaps.better')}
                  />
                </Table.Td>
                <Table.Td ta="right" className="mono">
                  {formatCount(item.plays)}
                </Table.Td>
                <Table.Td ta="right" className="mono">
                  {formatCount(item.listeners)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </div>
  )
}
