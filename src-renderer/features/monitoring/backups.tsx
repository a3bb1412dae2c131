// Copies of the database: those there are, and one more now.
import { Button, Table } from '@mantine/core'
import { IconDatabaseExport } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, describeError, stationNow, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, ErrorState, formatBytes, formatDateTime, LoadingState, Panel, showDone } from '../../ui'
import { formatAgo } from '../../ui/relative-time'
import classes from './monitoring.module.css'

export function Backups() {
  const { t, i18n } = useTranslation('monitoring')
  const { timezone } = useTopic('station')
  const backups = useRemote((signal) => client.monitoring.backups.list(undefined, { signal }), [])
  const [make, making] = useAction(async () => {
    const made = await client.monitoring.backups.create()
    showDone(t('backups.made', { file: made.fileName }))
    backups.reload()
  })
  const { data, error } = backups
  const button = (
    <Button
      size="xs"
      variant={data?.length === 0 ? 'filled' : 'default'}
      leftSection={<IconDatabaseExport size={14} />}
      loading={making}
      onClick={() => void make()}
    >
      {making ? t('backups.making') : t('backups.make')}
    </Button>
  )
  if (error && !data) return <ErrorState message={describeError(error)} onRetry={backups.reload} />
  if (!data) return <LoadingState />
  return (
    <Panel title={t('backups.title')} actions={data.length > 0 ? button : null} flush>
      <p className={classes.panelHint}>{t('backups.hint')}</p>
      {data.length === 0 ? (
        <EmptyState
          icon={IconDatabaseExport}
          title={t('backups.none.title')}
          hint={t('backups.none.text')}
          action={button}
        />
      ) : (
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('backups.file')}</Table.Th>
              <Table.Th>{t('backups.at')}</Table.Th>
              <Table.Th ta="right">{t('backups.size')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((backup) => (
              <Table.Tr key={backup.fileName}>
                <Table.Td className="mono">{backup.fileName}</Table.Td>
                <Table.Td>
                  <span className="mono">{formatDateTime(backup.at, timezone)}</span>{' '}
                  <span className="dim">{formatAgo(backup.at, stationNow(), i18n.language)}</span>
                </Table.Td>
                <Table.Td ta="right" className="mono">
                  {formatBytes(backup.sizeBytes)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  )
}
