// Writes down what aired without the engine knowing it.
import { Button, Group, Modal, NumberInput, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, stationNow, useAction } from '../../client'
import { useTopic } from '../../stores'
import { formatDateTime, showDone } from '../../ui'
import classes from './log.module.css'
import { atClock } from './periods'

const fields = ['title', 'artist', 'album', 'label', 'isrc', 'composer'] as const

export function NewEntryDialog({ onClose, onAdded }: { onClose(): void; onAdded(): void }) {
  const { t } = useTranslation('log')
  const { timezone } = useTopic('station')
  const [texts, setTexts] = useState<Partial<Record<(typeof fields)[number], string>>>({})
  const [minutes, setMinutes] = useState<number | string>(3.5)
  const [at, setAt] = useState(() => formatDateTime(stationNow() - 5 * 60_000, timezone).replace(' ', 'T'))
  const [note, setNote] = useState('')
  const [add, asked] = useAction(async () => {
    const playedSeconds = Math.round(Number(minutes) * 60)
    await client.rights.entries.add({
      ...texts,
      title: texts.title ?? '',
      startedAt: atClock(at, timezone),
      playedSeconds,
      note,
    })
    showDone(t('add.done'))
    onAdded()
  })
  return (
    <Modal opened onClose={onClose} title={t('add.title')} size={520}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void add()
        }}
      >
        <Stack gap="md">
          <p className={`dim ${classes.plain}`}>{t('add.about')}</p>
          <SimpleGrid cols={2} spacing="sm">
            <TextInput
              label={t('column.at')}
              type="datetime-local"
              step={1}
              required
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
            />
            <NumberInput
              label={t('add.minutes')}
              value={minutes}
              min={0.1}
              max={1440}
              step={0.5}
              onChange={setMinutes}
            />
            {fields.map((field) => (
              <TextInput
                key={field}
                label={t(`column.${field}`)}
                value={texts[field] ?? ''}
                required={field === 'title'}
                maxLength={500}
                onChange={(event) => setTexts({ ...texts, [field]: event.currentTarget.value })}
              />
            ))}
          </SimpleGrid>
          <TextInput
            label={t('entry.note')}
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button type="button" variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" variant="filled" loading={asked}>
              {t('add.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
