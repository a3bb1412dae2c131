// API keys: those there are, a new one shown once, and revoking.
import type { ApiKey } from '@contract/access'
import { Alert, Button, Group, Modal, Table } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, stationNow, useAction, useRemote } from '../../client'
import { useMay, useTopic } from '../../stores'
import { ConfirmButton, EmptyState, ErrorState, formatDateTime, LoadingState, SectionTitle } from '../../ui'
import { CopyField } from '../../ui/copy-field'
import { formatAgo } from '../../ui/relative-time'
import { type NewKey, NewKeyDialog } from './new-key-dialog'
import classes from './settings.module.css'

export function ApiKeys() {
  const { t } = useTranslation('settings')
  return useMay()('owner') ? <KeyList /> : <EmptyState icon={IconKey} title={t('keys.ownerOnly')} />
}

function KeyList() {
  const { t } = useTranslation('settings')
  const keys = useRemote((signal) => client.access.keys.list(undefined, { signal }), [])
  const [creating, setCreating] = useState(false)
  const [made, setMade] = useState<NewKey | null>(null)
  const { data, error, reload } = keys
  const create = (
    <Button
      size="xs"
      variant={data?.length === 0 ? 'filled' : 'default'}
      leftSection={<IconPlus size={14} />}
      onClick={() => setCreating(true)}
    >
      {t('keys.create')}
    </Button>
  )
  return (
    <div className={classes.scroll}>
      <section className={classes.section}>
        <div className={classes.sectionHead}>
          <SectionTitle>{t('group.keys')}</SectionTitle>
          {data && data.length > 0 ? create : null}
        </div>
        <p className={classes.hint}>{t('keys.hint')}</p>
        {error && !data ? <ErrorState message={describeError(error)} onRetry={reload} /> : null}
        {!data && !error ? <LoadingState /> : null}
        {data?.length === 0 ? (
          <EmptyState icon={IconKey} title={t('keys.none.title')} hint={t('keys.none.text')} action={create} />
        ) : null}
        {data && data.length > 0 ? <KeyTable keys={data} onChanged={reload} /> : null}
      </section>
      {creating ? (
        <NewKeyDialog
          onClose={() => setCreating(false)}
          onMade={(key) => {
            setCreating(false)
            setMade(key)
            reload()
          }}
        />
      ) : null}
      {made ? <ShownKey made={made} onClose={() => setMade(null)} /> : null}
    </div>
  )
}

function KeyTable({ keys, onChanged }: { keys: ApiKey[]; onChanged(): void }) {
  const { t, i18n } = useTranslation('settings')
  const { timezone } = useTopic('station')
  const [revoke, revoking] = useAction(async (id: number) => {
    await client.access.keys.remove({ id })
    onChanged()
  })
  return (
    <Table className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('keys.name')}</Table.Th>
          <Table.Th>{t('keys.role')}</Table.Th>
          <Table.Th>{t('keys.hintColumn')}</Table.Th>
          <Table.Th>{t('keys.created')}</Table.Th>
          <Table.Th>{t('keys.lastUsed')}</Table.Th>
          <Table.Th>
            <span className="visually-hidden">{t('keys.revoke')}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <Table.Tr key={key.id}>
            <Table.Td fw={550}>{key.name}</Table.Td>
            <Table.Td c="dimmed">{t(`keys.roles.${key.role}`)}</Table.Td>
            <Table.Td className="mono">{key.hint}</Table.Td>
            <Table.Td className="mono">{formatDateTime(key.createdAt, timezone)}</Table.Td>
            <Table.Td c="dimmed">
              {key.lastUsedAt === null ? t('keys.never') : formatAgo(key.lastUsedAt, stationNow(), i18n.language)}
            </Table.Td>
            <Table.Td ta="right">
              <ConfirmButton
                size="xs"
                variant="danger"
                loading={revoking}
                question={t('keys.revokeQuestion', { name: key.name })}
                confirm={t('keys.revoke')}
                onConfirm={() => void revoke(key.id)}
              >
                {t('keys.revoke')}
              </ConfirmButton>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** Closes only by its button: a key that vanishes by a stray click is lost. */
function ShownKey({ made, onClose }: { made: NewKey; onClose(): void }) {
  const { t } = useTranslation('settings')
  return (
    <Modal
      opened
      size={560}
      onClose={onClose}
      title={t('keys.shownTitle', { name: made.name })}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Alert className={classes.once} icon={<IconKey size={18} />}>
        {t('keys.shownOnce')}
      </Alert>
      <div className={classes.keyBlock}>
        <CopyField label={t('keys.key')} value={made.key} />
        <CopyField label={t('keys.usage')} value={`Authorization: Bearer ${made.key}`} />
      </div>
      <Group justify="flex-end">
        <Button variant="filled" onClick={onClose}>
          {t('keys.done')}
        </Button>
      </Group>
    </Modal>
  )
}
