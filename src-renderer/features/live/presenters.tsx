// Who may go live: each with a key of their own.
import type { LiveSource, Presenter } from '@contract/live'
import { ActionIcon, Button, Menu, SegmentedControl, Switch, Table } from '@mantine/core'
import { IconDots, IconKey, IconPencil, IconPlus, IconTrash, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, type RemoteData, stationNow, useAction, useRemote } from '../../client'
import { EmptyState, ErrorState, LoadingState, Panel, StatusDot } from '../../ui'
import { formatAgo } from '../../ui/relative-time'
import classes from './live.module.css'
import { KeyDialog, PresenterDialog, type PresenterWithKey, QuestionDialog } from './presenter-dialogs'

type Dialog =
  | { kind: 'add' }
  | { kind: 'rename' | 'rotate' | 'remove'; presenter: Presenter }
  | { kind: 'key'; made: PresenterWithKey }

export function Presenters({ sources }: { sources: LiveSource[] }) {
  const { t } = useTranslation('live')
  const presenters = useRemote((signal) => client.live.presenters.list(undefined, { signal }), [sources.length])
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const { data, error, reload } = presenters
  const add = (
    <Button
      size="xs"
      variant={data?.length === 0 ? 'filled' : 'default'}
      leftSection={<IconPlus size={14} />}
      onClick={() => setDialog({ kind: 'add' })}
    >
      {t('presenters.add')}
    </Button>
  )
  return (
    <Panel title={t('presenters.title')} actions={data?.length === 0 ? null : add} flush>
      {error && !data ? <ErrorState message={describeError(error)} onRetry={reload} /> : null}
      {!data && !error ? <LoadingState /> : null}
      {data?.length === 0 ? (
        <EmptyState
          icon={IconUsers}
          title={t('presenters.empty.title')}
          hint={t('presenters.empty.text')}
          action={add}
        />
      ) : null}
      {data && data.length > 0 ? (
        <PresenterTable list={data} presenters={presenters} sources={sources} onDialog={setDialog} />
      ) : null}
      {dialog ? <Dialogs dialog={dialog} onDialog={setDialog} onChanged={reload} /> : null}
    </Panel>
  )
}

interface PresenterTableProps {
  list: Presenter[]
  presenters: RemoteData<Presenter[]>
  sources: LiveSource[]
  onDialog(dialog: Dialog): void
}

function PresenterTable({ list, presenters, sources, onDialog }: PresenterTableProps) {
  const { t } = useTranslation('live')
  const [update] = useAction(async (id: number, change: Partial<Pick<Presenter, 'enabled' | 'autoAir' | 'mode'>>) => {
    const changed = await client.live.presenters.update({ id, ...change })
    presenters.replace(list.map((other) => (other.id === id ? changed : other)))
  })
  return (
    <div className={classes.tableScroll}>
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('presenters.name')}</Table.Th>
            <Table.Th>{t('presenters.enabled')}</Table.Th>
            <Table.Th title={t('presenters.autoAirHint')}>{t('presenters.autoAir')}</Table.Th>
            <Table.Th>{t('presenters.mode')}</Table.Th>
            <Table.Th>{t('presenters.lastSeen')}</Table.Th>
            <Table.Th>
              <span className="visually-hidden">{t('presenters.actions')}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.map((presenter) => (
            <PresenterRow
              key={presenter.id}
              presenter={presenter}
              connected={sources.some((source) => source.presenterId === presenter.id)}
              onChange={(change) => void update(presenter.id, change)}
              onDialog={onDialog}
            />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

interface PresenterRowProps {
  presenter: Presenter
  connected: boolean
  onChange(change: Partial<Pick<Presenter, 'enabled' | 'autoAir' | 'mode'>>): void
  onDialog(dialog: Dialog): void
}

function PresenterRow({ presenter, connected, onChange, onDialog }: PresenterRowProps) {
  const { t, i18n } = useTranslation('live')
  const { name, show, keyHint, enabled, autoAir, mode, lastSeenAt } = presenter
  return (
    <Table.Tr data-off={!enabled || undefined}>
      <Table.Td>
        <div className={classes.presenter}>
          <span>{name}</span>
          <span className={classes.small}>
            {[show, t('presenters.keyHint', { hint: keyHint })].filter(Boolean).join(' · ')}
          </span>
        </div>
      </Table.Td>
      <Table.Td>
        <Switch
          checked={enabled}
          aria-label={`${name}: ${t('presenters.enabled')}`}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>
        <Switch
          checked={autoAir}
          disabled={!enabled}
          aria-label={`${name}: ${t('presenters.autoAir')}`}
          onChange={(event) => onChange({ autoAir: event.currentTarget.checked })}
        />
      </Table.Td>
      <Table.Td>
        <SegmentedControl
          size="xs"
          aria-label={`${name}: ${t('presenters.mode')}`}
          value={mode}
          onChange={(next) => onChange({ mode: next as Presenter['mode'] })}
          data={(['full', 'talkover'] as const).map((value) => ({ value, label: t(`presenters.modes.${value}`) }))}
        />
      </Table.Td>
      <Table.Td>
        {connected ? (
          <StatusDot tone="ready" word={t('presenters.connected')} />
        ) : (
          <span className="dim">
            {lastSeenAt === null ? t('presenters.never') : formatAgo(lastSeenAt, stationNow(), i18n.language)}
          </span>
        )}
      </Table.Td>
      <Table.Td align="right">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t('presenters.more', { name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => onDialog({ kind: 'rotate', presenter })}>
              {t('presenters.rotate')}
            </Menu.Item>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onDialog({ kind: 'rename', presenter })}>
              {t('presenters.rename')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => onDialog({ kind: 'remove', presenter })}
            >
              {t('presenters.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  )
}

interface DialogsProps {
  dialog: Dialog
  onDialog(dialog: Dialog | null): void
  onChanged(): void
}

function Dialogs({ dialog, onDialog, onChanged }: DialogsProps) {
  const { t } = useTranslation('live')
  const close = () => onDialog(null)
  const showKey = (made: PresenterWithKey) => {
    onChanged()
    onDialog({ kind: 'key', made })
  }
  const [create, creating] = useAction(async (name: string, show: string) =>
    showKey(await client.live.presenters.create({ name, show })),
  )
  const [rename, renaming] = useAction(async (id: number, name: string, show: string) => {
    await client.live.presenters.update({ id, name, show })
    onChanged()
    close()
  })
  const [rotate, rotating] = useAction(async (id: number) => showKey(await client.live.presenters.rotateKey({ id })))
  const [remove, removing] = useAction(async (id: number) => {
    await client.live.presenters.remove({ id })
    onChanged()
    close()
  })

  switch (dialog.kind) {
    case 'add':
      return (
        <PresenterDialog
          name=""
          show=""
          asked={creating}
          onSave={(name, show) => void create(name, show)}
          onClose={close}
        />
      )
    case 'rename':
      return (
        <PresenterDialog
          name={dialog.presenter.name}
          show={dialog.presenter.show}
          asked={renaming}
          onSave={(name, show) => void rename(dialog.presenter.id, name, show)}
          onClose={close}
        />
      )
    case 'rotate':
      return (
        <QuestionDialog
          title={t('presenters.rotateTitle', { name: dialog.presenter.name })}
          text={t('presenters.rotateText', { name: dialog.presenter.name })}
          confirm={t('presenters.rotateConfirm')}
          asked={rotating}
          onConfirm={() => void rotate(dialog.presenter.id)}
          onClose={close}
        />
      )
    case 'remove':
      return (
        <QuestionDialog
          title={t('presenters.removeTitle', { name: dialog.presenter.name })}
          text={t('presenters.removeText')}
          confirm={t('presenters.removeConfirm')}
          asked={removing}
          onConfirm={() => void remove(dialog.presenter.id)}
          onClose={close}
        />
      )
    case 'key':
      return <KeyDialog made={dialog.made} onClose={close} />
  }
}
