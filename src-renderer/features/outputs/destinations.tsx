// The services the program is pushed to: state, next attempt, start, stop, edit, history.
import type { Destination } from '@contract/outputs'
import { Button, Group, Menu, Table } from '@mantine/core'
import { IconBrandTelegram, IconPlus, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState, Panel } from '../../ui'
import { DestinationForm } from './destination-form'
import { DestinationRow } from './destination-row'
import { HistoryDrawer } from './history-drawer'
import { KindIcon, kinds } from './kind-icon'
import classes from './outputs.module.css'
import type { DestinationKind } from './stream-address'

type Open =
  | { what: 'add'; kind: DestinationKind }
  | { what: 'edit'; destination: Destination }
  | { what: 'history'; destination: Destination }

export function Destinations({ destinations }: { destinations: Destination[] }) {
  const { t } = useTranslation('outputs')
  const [open, setOpen] = useState<Open | null>(null)
  const add = (kind: DestinationKind) => setOpen({ what: 'add', kind })
  return (
    <Panel
      title={t('destinations.title')}
      actions={destinations.length > 0 ? <AddMenu onAdd={add} /> : null}
      className={classes.destinations}
      flush
    >
      {destinations.length === 0 ? (
        <EmptyState
          icon={IconUpload}
          title={t('destinations.empty.title')}
          hint={t('destinations.empty.text')}
          action={
            <Group gap="sm" justify="center">
              <Button variant="filled" leftSection={<IconBrandTelegram size={16} />} onClick={() => add('telegram')}>
                {t('destinations.empty.telegram')}
              </Button>
              <Button onClick={() => add('rtmp')}>{t('destinations.empty.other')}</Button>
            </Group>
          }
        />
      ) : (
        <div className={classes.tableScroll}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('destinations.name')}</Table.Th>
                <Table.Th>{t('destinations.to')}</Table.Th>
                <Table.Th>{t('destinations.stateColumn')}</Table.Th>
                <Table.Th ta="right">{t('destinations.sent')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('destinations.actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {destinations.map((destination) => (
                <DestinationRow
                  key={destination.id}
                  destination={destination}
                  onEdit={() => setOpen({ what: 'edit', destination })}
                  onHistory={() => setOpen({ what: 'history', destination })}
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {open?.what === 'add' ? <DestinationForm kind={open.kind} onClose={() => setOpen(null)} /> : null}
      {open?.what === 'edit' ? (
        <DestinationForm kind={open.destination.kind} destination={open.destination} onClose={() => setOpen(null)} />
      ) : null}
      {open?.what === 'history' ? <HistoryDrawer destination={open.destination} onClose={() => setOpen(null)} /> : null}
    </Panel>
  )
}

function AddMenu({ onAdd }: { onAdd(kind: DestinationKind): void }) {
  const { t } = useTranslation('outputs')
  return (
    <Menu position="bottom-end" width={320}>
      <Menu.Target>
        <Button size="xs" leftSection={<IconPlus size={14} />}>
          {t('destinations.add')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {kinds.map((kind) => (
          <Menu.Item key={kind} leftSection={<KindIcon kind={kind} size={20} />} onClick={() => onAdd(kind)}>
            {t(`destinations.kinds.${kind}`)}
            <div className={classes.small}>{t(`destinations.kindHints.${kind}`)}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
