// On which days and at which times a list is drawn from.
import type { Daypart, RotationList } from '@contract/rotation'
import { ActionIcon, Button, Chip, Group, Modal, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../client'
import { useTopic } from '../../stores'
import type { Change } from './change'
import classes from './rotation.module.css'

const week = [1, 2, 3, 4, 5, 6, 7]
const usual: Daypart = { days: week, from: '06:00', to: '10:00' }

export interface DaypartDialogProps {
  list: RotationList
  change: Change
  onClose(): void
}

export function DaypartDialog({ list, change, onClose }: DaypartDialogProps) {
  const { t } = useTranslation('rotation')
  const { timezone } = useTopic('station')
  const [parts, setParts] = useState<{ key: number; part: Daypart }[]>(
    list.dayparts.map((part, key) => ({ key, part })),
  )
  const put = (key: number, values: Partial<Daypart>) =>
    setParts(parts.map((one) => (one.key === key ? { key, part: { ...one.part, ...values } } : one)))
  const save = async () => {
    await change(() => client.rotation.lists.update({ id: list.playlistId, dayparts: parts.map(({ part }) => part) }))
    onClose()
  }
  const sound = parts.every(({ part }) => part.days.length > 0 && part.from !== '' && part.to !== '')
  return (
    <Modal opened onClose={onClose} size="lg" title={t('daypart.title', { name: list.name })}>
      <p className="dim">{t('daypart.hint', { timezone })}</p>
      {parts.map(({ key, part }) => (
        <div key={key} className={classes.daypart}>
          <Chip.Group
            multiple
            value={part.days.map(String)}
            onChange={(days) => put(key, { days: days.map(Number).sort() })}
          >
            <Group gap={4}>
              {week.map((day) => (
                <Chip key={day} size="xs" value={String(day)}>
                  {t(`day.${day}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <TextInput
            type="time"
            size="xs"
            aria-label={t('daypart.from')}
            value={part.from}
            onChange={(event) => put(key, { from: event.currentTarget.value })}
          />
          <span>–</span>
          <TextInput
            type="time"
            size="xs"
            aria-label={t('daypart.to')}
            value={part.to === '24:00' ? '00:00' : part.to}
            onChange={(event) => put(key, { to: event.currentTarget.value })}
          />
          <ActionIcon aria-label={t('daypart.remove')} onClick={() => setParts(parts.filter((one) => one.key !== key))}>
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <Group justify="space-between" mt="md">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => setParts([...parts, { key: Math.max(0, ...parts.map((one) => one.key)) + 1, part: usual }])}
        >
          {t('daypart.add')}
        </Button>
        <Button size="xs" variant="filled" disabled={!sound} onClick={() => void save()}>
          {t('common:action.save')}
        </Button>
      </Group>
    </Modal>
  )
}
