// How the RTMP server is set: address, port, who may play.
import { Button, Group, Modal, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, useAction, useRemote } from '../../client'
import { ErrorState, LoadingState } from '../../ui'

const plays = ['everyone', 'local', 'nobody'] as const

interface Draft {
  host: string
  port: number | string
  play: (typeof plays)[number]
}

export function RtmpConfig({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('live')
  const config = useRemote((signal) => client.live.rtmp.getConfig(undefined, { signal }), [])
  const [draft, setDraft] = useState<Draft | null>(null)
  useEffect(() => {
    if (config.data) setDraft((before) => before ?? config.data ?? null)
  }, [config.data])
  return (
    <Modal opened onClose={onClose} title={t('server.config.title')}>
      {config.error && !draft ? (
        <ErrorState message={describeError(config.error)} onRetry={config.reload} />
      ) : draft ? (
        <ConfigForm draft={draft} onDraft={setDraft} onClose={onClose} />
      ) : (
        <LoadingState />
      )}
    </Modal>
  )
}

function ConfigForm({ draft, onDraft, onClose }: { draft: Draft; onDraft(draft: Draft): void; onClose(): void }) {
  const { t } = useTranslation('live')
  const [save, saving] = useAction(async () => {
    await client.live.rtmp.setConfig({ host: draft.host.trim(), port: Number(draft.port), play: draft.play })
    onClose()
  })
  const portWrong = !Number.isInteger(Number(draft.port)) || Number(draft.port) < 1 || Number(draft.port) > 65_535
  const hostWrong = draft.host.trim() === ''
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!portWrong && !hostWrong) void save()
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('server.config.host')}
          description={t('server.config.hostHint')}
          value={draft.host}
          error={hostWrong ? t('server.config.hostWrong') : undefined}
          onChange={(event) => onDraft({ ...draft, host: event.currentTarget.value })}
        />
        <NumberInput
          label={t('server.config.port')}
          value={draft.port}
          allowDecimal={false}
          error={portWrong ? t('server.config.portWrong') : undefined}
          onChange={(port) => onDraft({ ...draft, port })}
        />
        <div>
          <Text fw={500} mb={4} id="rtmp-play">
            {t('server.config.play')}
          </Text>
          <SegmentedControl
            aria-labelledby="rtmp-play"
            value={draft.play}
            onChange={(play) => onDraft({ ...draft, play: play as Draft['play'] })}
            data={plays.map((value) => ({ value, label: t(`server.config.plays.${value}`) }))}
          />
        </div>
        <Text c="dimmed">{t('server.config.restarts')}</Text>
        <Group justify="flex-end" gap="sm">
          <Button onClick={onClose}>{t('server.config.cancel')}</Button>
          <Button type="submit" variant="filled" disabled={portWrong || hostWrong} loading={saving}>
            {t('server.config.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
