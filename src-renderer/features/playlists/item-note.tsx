// Note and weight of an item, edited where they are shown.
import type { PlaylistItem } from '@contract/playlists'
import { Button, Group, NumberInput, Popover, Stack, Textarea, UnstyledButton } from '@mantine/core'
import { IconNote } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './playlists.module.css'

export interface ItemNoteProps {
  item: PlaylistItem
  fixed: boolean
  onEdit(change: { note?: string; weight?: number }): void
}

export function ItemNote({ item, fixed, onEdit }: ItemNoteProps) {
  const { t } = useTranslation('playlists')
  const [opened, setOpened] = useState(false)
  const { note, weight, track } = item
  const shown = (
    <>
      {weight === 1 ? null : <span className={`mono ${classes.weightMark}`}>×{weight}</span>}
      {weight !== 1 && note !== '' ? ' ' : null}
      <span className="ellipsis">{note}</span>
      {note === '' && weight === 1 && !fixed ? <IconNote size={14} className={classes.noteMark} aria-hidden /> : null}
    </>
  )
  if (fixed) return <span className={classes.note}>{shown}</span>
  const button = (
    <UnstyledButton
      tabIndex={-1}
      className={classes.note}
      title={note}
      aria-label={[weight === 1 ? '' : `×${weight}`, note, t('note.edit', { title: track.title })]
        .filter(Boolean)
        .join(' ')}
      onClick={(event) => {
        event.stopPropagation()
        setOpened(!opened)
      }}
    >
      {shown}
    </UnstyledButton>
  )
  // A popover costs more than the row: there is one only while it is open.
  if (!opened) return button
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      width={300}
      position="bottom-start"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
        <NoteForm
          item={item}
          onCancel={() => setOpened(false)}
          onSave={(change) => {
            setOpened(false)
            onEdit(change)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

interface NoteFormProps {
  item: PlaylistItem
  onSave(change: { note: string; weight: number }): void
  onCancel(): void
}

function NoteForm({ item, onSave, onCancel }: NoteFormProps) {
  const { t } = useTranslation('playlists')
  const [note, setNote] = useState(item.note)
  const [weight, setWeight] = useState<number | string>(item.weight)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSave({ note: note.trim(), weight: typeof weight === 'number' ? weight : 1 })
      }}
    >
      <Stack gap="sm">
        <Textarea
          label={t('note.note')}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          data-autofocus
        />
        <NumberInput
          label={t('note.weight')}
          description={t('note.weightHint')}
          min={1}
          max={100}
          allowDecimal={false}
          clampBehavior="strict"
          value={weight}
          onChange={setWeight}
        />
        <Group justify="flex-end" gap="sm">
          <Button size="xs" onClick={onCancel}>
            {t('cancel')}
          </Button>
          <Button size="xs" type="submit" variant="filled">
            {t('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
