// The public page of a playlist: its address, how long it is there, and its end.
import type { Playlist } from '@contract/playlists'
import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, stationNow, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatDateTime, LoadingState } from '../../ui'
import { CopyField } from '../../ui/copy-field'

const days = { day: 1, week: 7, month: 30 } as const
const dayMs = 86_400_000
const terms = ['never', 'day', 'week', 'month'] as const
type Term = (typeof terms)[number]

export function ShareDialog({ playlist, onClose }: { playlist: Playlist; onClose(): void }) {
  const { t } = useTranslation('playlists')
  const { timezone } = useTopic('station')
  const [term, setTerm] = useState<Term>('never')
  const share = useRemote((signal) => client.playlists.share.get({ id: playlist.id }, { signal }), [playlist.id])
  const [create, creating] = useAction(async () => {
    const expiresAt = term === 'never' ? null : Math.round(stationNow()) + days[term] * dayMs
    share.replace(await client.playlists.share.create({ id: playlist.id, expiresAt }))
  })
  const [end, ending] = useAction(async () => {
    await client.playlists.share.remove({ id: playlist.id })
    share.replace(null)
  })
  const { data, error } = share
  const picker = (
    <Select
      label={t('share.until')}
      data={terms.map((value) => ({ value, label: t(`share.term.${value}`) }))}
      value={term}
      allowDeselect={false}
      onChange={(value) => setTerm((value ?? 'never') as Term)}
    />
  )
  return (
    <Modal opened onClose={onClose} title={t('share.title', { name: playlist.name })}>
      <Stack gap="md">
        <Text>{t('share.text')}</Text>
        {error ? <Text c="red">{describeError(error)}</Text> : null}
        {data === undefined && !error ? <LoadingState /> : null}
        {data ? (
          <>
            <CopyField quiet label={t('share.link')} value={data.url} />
            <Text c="dimmed" size="xs">
              {data.expiresAt === null
                ? t('share.noEnd')
                : t('share.ends', { when: formatDateTime(data.expiresAt, timezone) })}
            </Text>
            {picker}
            <Group justify="space-between" gap="sm">
              <Button variant="danger" loading={ending} onClick={() => void end()}>
                {t('share.end')}
              </Button>
              <Group gap="sm">
                <Button component="a" href={data.url} target="_blank" rel="noreferrer">
                  {t('share.look')}
                </Button>
                <Button variant="filled" loading={creating} onClick={() => void create()}>
                  {t('share.setEnd')}
                </Button>
              </Group>
            </Group>
          </>
        ) : null}
        {data === null ? (
          <>
            {picker}
            <Group justify="flex-end" gap="sm">
              <Button onClick={onClose}>{t('cancel')}</Button>
              <Button variant="filled" loading={creating} onClick={() => void create()} data-autofocus>
                {t('share.create')}
              </Button>
            </Group>
          </>
        ) : null}
      </Stack>
    </Modal>
  )
}
