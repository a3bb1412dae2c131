// One destination: what it is, how it is doing, and the next step.
import type { Destination } from '@contract/outputs'
import { ActionIcon, Button, Group, Menu, Modal, Table, Text } from '@mantine/core'
import { IconDots, IconHistory, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useTopic } from '../../stores'
import { ConfirmButton, formatCount, formatDuration, formatElapsed, StatusDot } from '../../ui'
import { useNow } from '../../ui/use-now'
import { outputTone } from '../on-air/output-tone'
import { KindIcon } from './kind-icon'
import classes from './outputs.module.css'

export interface DestinationRowProps {
  destination: Destination
  onEdit(): void
  onHistory(): void
}

export function DestinationRow({ destination, onEdit, onHistory }: DestinationRowProps) {
  const { t } = useTranslation('outputs')
  const { name, kind, serverUrl, streamKeyHint, sentSeconds, droppedBlocks } = destination
  const key = streamKeyHint ? t('destinations.keyHint', { hint: streamKeyHint }) : t('destinations.noKey')
  return (
    <Table.Tr>
      <Table.Td>
        <div className={classes.destination}>
          <KindIcon kind={kind} />
          <div>
            <strong>{name}</strong>
            <span className={classes.small}>{t(`destinations.kinds.${kind}`)}</span>
          </div>
        </div>
      </Table.Td>
      <Table.Td className={classes.address}>
        <code className="ellipsis" title={serverUrl}>
          {serverUrl}
        </code>
        <span className={classes.small}>{key}</span>
      </Table.Td>
      <Table.Td>
        <State destination={destination} />
      </Table.Td>
      <Table.Td ta="right">
        <span className="mono">{formatDuration(sentSeconds)}</span>
        {droppedBlocks > 0 ? (
          <div className={classes.warn}>
            {t('destinations.droppedBlocks', { count: droppedBlocks, formatted: formatCount(droppedBlocks) })}
          </div>
        ) : null}
      </Table.Td>
      <Table.Td>
        <div className={classes.rowActions}>
          <NextStep destination={destination} />
          <More destination={destination} onEdit={onEdit} onHistory={onHistory} />
        </div>
      </Table.Td>
    </Table.Tr>
  )
}

function State({ destination }: { destination: Destination }) {
  const { t } = useTranslation('outputs')
  const now = useNow()
  const { onAir } = useTopic('air')
  const { state, wanted, message, since, nextAttemptAt, attempts } = destination
  if (wanted && !onAir && state !== 'failed') return <StatusDot tone="idle" word={t('state.waiting')} />
  const seconds = nextAttemptAt === null ? null : Math.max(0, Math.ceil((nextAttemptAt - now) / 1000))
  const notes = [
    state === 'running' ? t('destinations.upFor', { time: formatElapsed(now - since) }) : null,
    seconds === null ? null : t('destinations.nextAttempt', { seconds }),
    state === 'retrying' && attempts > 1 ? t('destinations.attempt', { formatted: formatCount(attempts) }) : null,
  ].filter((note) => note !== null)
  return (
    <div className={classes.state}>
      <span>
        <StatusDot tone={outputTone(state)} word={t(`state.${state}`)} />
        <span className={`mono ${classes.small}`}>{notes.join(' · ')}</span>
      </span>
      {message ? <span className={classes.small}>{message}</span> : null}
    </div>
  )
}

function NextStep({ destination }: { destination: Destination }) {
  const { t } = useTranslation('outputs')
  const { id, name, wanted, state } = destination
  const [start, starting] = useAction(() => client.outputs.destinations.start({ id }))
  const [stop, stopping] = useAction(() => client.outputs.destinations.stop({ id }))
  const [retry, retrying] = useAction(() => client.outputs.destinations.retry({ id }))
  if (!wanted) {
    return (
      <Button size="xs" variant="filled" loading={starting} onClick={() => void start()}>
        {t('destinations.start')}
      </Button>
    )
  }
  const waiting = state === 'retrying' || state === 'failed' || state === 'stalled'
  return (
    <>
      {waiting ? (
        <Button size="xs" loading={retrying} onClick={() => void retry()}>
          {t('destinations.retry')}
        </Button>
      ) : null}
      {waiting ? (
        <Button size="xs" loading={stopping} onClick={() => void stop()}>
          {t('destinations.stop')}
        </Button>
      ) : (
        <ConfirmButton
          size="xs"
          variant="danger"
          loading={stopping}
          question={`${t('destinations.stopTitle', { name })} ${t('destinations.stopText')}`}
          confirm={t('destinations.stopConfirm')}
          onConfirm={() => void stop()}
        >
          {t('destinations.stop')}
        </ConfirmButton>
      )}
    </>
  )
}

function More({ destination, onEdit, onHistory }: DestinationRowProps) {
  const { t } = useTranslation('outputs')
  const [asking, setAsking] = useState(false)
  const { id, name } = destination
  const [remove, removing] = useAction(async () => {
    await client.outputs.destinations.remove({ id })
    setAsking(false)
  })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t('destinations.more', { name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t('destinations.edit')}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} />} onClick={onHistory}>
            {t('destinations.history')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsking(true)}>
            {t('destinations.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('destinations.removeTitle', { name })}>
        <Text mb="md">{t('destinations.removeText')}</Text>
        <Group justify="flex-end" gap="sm">
          <Button onClick={() => setAsking(false)}>{t('form.cancel')}</Button>
          <Button variant="danger" loading={removing} onClick={() => void remove()} data-autofocus>
            {t('destinations.removeConfirm')}
          </Button>
        </Group>
      </Modal>
    </>
  )
}
