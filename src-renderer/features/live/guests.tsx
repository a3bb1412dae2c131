// Guests: invitations by link, who came in by them, and how long each is good.
import type { GuestLink, LiveSource } from '@contract/live'
import { Alert, Button, Group, Modal, Select, Stack, Table, TextInput } from '@mantine/core'
import { IconLink, IconLock, IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, stationNow, useAction, useRemote } from '../../client'
import { useMay, useMe, useTopic } from '../../stores'
import { ConfirmButton, EmptyState, ErrorState, LoadingState, Panel, StatusDot } from '../../ui'
import { CopyField } from '../../ui/copy-field'
import { formatAgo } from '../../ui/relative-time'
import classes from './live.module.css'

type Made = GuestLink & { url: string }
const hours = [1, 3, 8, 24, 72, 168] as const
/** How many of the links that have ended are still shown. */
const endedShown = 3

export function Guests({ sources }: { sources: LiveSource[] }) {
  const { t } = useTranslation('guests')
  const may = useMay()
  return may('presenter') ? <Invitations sources={sources} title={t('title')} /> : null
}

function Invitations({ sources, title }: { sources: LiveSource[]; title: string }) {
  const { t } = useTranslation('guests')
  const guests = sources.filter(({ protocol }) => protocol === 'guest')
  const links = useRemote((signal) => client.live.guests.list(undefined, { signal }), [guests.length])
  const [asking, setAsking] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  const { data, error, reload } = links
  const open = data?.filter(({ state }) => state === 'open') ?? []
  const ended = data?.filter(({ state }) => state !== 'open').slice(0, endedShown) ?? []
  const shown = [...open, ...ended]
  const invite = (
    <Button size="xs" leftSection={<IconUserPlus size={14} />} onClick={() => setAsking(true)}>
      {t('invite')}
    </Button>
  )
  return (
    <Panel title={title} actions={shown.length === 0 ? null : invite} flush>
      {error && !data ? <ErrorState message={describeError(error)} onRetry={reload} /> : null}
      {!data && !error ? <LoadingState /> : null}
      {data && shown.length === 0 ? (
        <EmptyState icon={IconLink} title={t('empty.title')} hint={t('empty.text')} action={invite} />
      ) : null}
      {shown.length > 0 ? (
        <div className={classes.tableScroll}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('name')}</Table.Th>
                <Table.Th>{t('state')}</Table.Th>
                <Table.Th>{t('until')}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{t('actions')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((link) => (
                <LinkRow
                  key={link.id}
                  link={link}
                  connected={guests.some(({ presenter }) => presenter === link.name)}
                  onChanged={reload}
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : null}
      {asking ? (
        <InviteDialog
          onClose={() => setAsking(false)}
          onMade={(link) => {
            setAsking(false)
            setMade(link)
            reload()
          }}
        />
      ) : null}
      {made ? <LinkDialog made={made} onClose={() => setMade(null)} /> : null}
    </Panel>
  )
}

function LinkRow({ link, connected, onChanged }: { link: GuestLink; connected: boolean; onChanged(): void }) {
  const { t, i18n } = useTranslation('guests')
  const [revoke, revoking] = useAction(async () => {
    await client.live.guests.revoke({ id: link.id })
    onChanged()
  })
  const { name, tokenHint, state, expiresAt } = link
  return (
    <Table.Tr data-off={state !== 'open' || undefined}>
      <Table.Td>
        <div className={classes.presenter}>
          <span>{name}</span>
          <span className={classes.small}>{t('hint', { hint: tokenHint })}</span>
        </div>
      </Table.Td>
      <Table.Td>
        {connected ? (
          <StatusDot tone="ready" word={t('connected')} />
        ) : (
          <span className="dim">{state === 'open' ? t('notYet') : t(`ended.${state}`)}</span>
        )}
      </Table.Td>
      <Table.Td>
        <span className="dim">{formatAgo(expiresAt, stationNow(), i18n.language)}</span>
      </Table.Td>
      <Table.Td align="right">
        {state === 'open' ? (
          <ConfirmButton
            size="xs"
            variant="subtle"
            question={t('revokeQuestion', { name })}
            confirm={t('revoke')}
            loading={revoking}
            onConfirm={() => void revoke()}
            aria-label={`${t('revoke')}: ${name}`}
          >
            {t('revoke')}
          </ConfirmButton>
        ) : null}
      </Table.Td>
    </Table.Tr>
  )
}

function InviteDialog({ onMade, onClose }: { onMade(link: Made): void; onClose(): void }) {
  const { t } = useTranslation('guests')
  const me = useMe()
  const station = useTopic('station')
  const [name, setName] = useState('')
  const [length, setLength] = useState('8')
  const [tried, setTried] = useState(false)
  const invitedBy = me === null || me.via === 'desktop' ? station.name : me.name
  const [create, creating] = useAction(async () =>
    onMade(await client.live.guests.create({ name: name.trim(), invitedBy, hours: Number(length) })),
  )
  return (
    <Modal opened onClose={onClose} title={t('invite')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (name.trim() !== '') void create()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('name')}
            description={t('nameHint')}
            value={name}
            maxLength={100}
            error={tried && name.trim() === '' ? t('nameNeeded') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Select
            label={t('length')}
            allowDeselect={false}
            value={length}
            onChange={(value) => setLength(value ?? '8')}
            data={hours.map((count) => ({ value: String(count), label: t(`hours.${count}`) }))}
          />
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" variant="filled" loading={creating}>
              {t('make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** Closes only by its button: a link that vanishes by a stray click is lost. */
function LinkDialog({ made, onClose }: { made: Made; onClose(): void }) {
  const { t } = useTranslation('guests')
  const insecure = !made.url.startsWith('https:')
  return (
    <Modal
      opened
      size={560}
      onClose={onClose}
      title={t('made.title', { name: made.name })}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <p style={{ margin: 0 }}>{t('made.text', { name: made.name })}</p>
        <CopyField quiet wrap label={t('made.link')} value={made.url} />
        {insecure ? (
          <Alert color="yellow" variant="light" icon={<IconLock size={18} />}>
            {t('made.insecure')}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="filled" onClick={onClose}>
            {t('made.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
