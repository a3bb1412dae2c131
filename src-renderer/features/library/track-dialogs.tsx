// The two questions the library asks: remove these tracks? what is the new playlist called?
import { Button, Checkbox, Group, Modal, Progress, Stack, Text, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../ui'
import type { ActionTrack, TrackActions } from './use-track-actions'

export interface RemoveDialogProps {
  tracks: ActionTrack[]
  actions: TrackActions
  onClose(): void
  onRemoved(): void
}

export function RemoveDialog({ tracks, actions, onClose, onRemoved }: RemoveDialogProps) {
  const { t } = useTranslation('library')
  const [deleteFile, setDeleteFile] = useState(false)
  const [done, setDone] = useState(0)
  const stopped = useRef(false)
  const count = tracks.length
  const goesOn = (gone: number) => {
    setDone(gone)
    return !stopped.current
  }
  const remove = async () => {
    if (await actions.remove(tracks, deleteFile, goesOn)) onRemoved()
    onClose()
  }
  /** What is gone stays gone; the rest is left alone. */
  const leave = () => {
    stopped.current = true
    if (!actions.asked) onClose()
  }
  return (
    <Modal opened onClose={leave} title={t('remove.title', { count, formatted: formatCount(count) })}>
      <Stack gap="md">
        <Text>{t('remove.text', { count })}</Text>
        {count === 1 ? (
          <Text c="dimmed" size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {tracks[0]?.path}
          </Text>
        ) : null}
        <Checkbox
          label={t('remove.deleteFile', { count })}
          description={deleteFile ? t('remove.deleteFileHint') : t('remove.keepHint', { count })}
          checked={deleteFile}
          disabled={actions.asked}
          onChange={(event) => setDeleteFile(event.currentTarget.checked)}
        />
        {done > 0 ? <Progress value={(done / count) * 100} aria-label={t('remove.confirm')} /> : null}
        <Group justify="flex-end" gap="sm">
          {done > 0 ? (
            <Text c="dimmed" size="sm" style={{ flex: 1 }}>
              {t('job.progress', { done: formatCount(done), found: formatCount(count) })}
            </Text>
          ) : null}
          <Button onClick={leave}>{t('edit.cancel')}</Button>
          <Button variant="danger" loading={actions.asked} onClick={() => void remove()} data-autofocus>
            {deleteFile ? t('remove.confirmDelete', { count }) : t('remove.confirm')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

export interface NewPlaylistDialogProps {
  tracks: ActionTrack[]
  actions: TrackActions
  onClose(): void
}

export function NewPlaylistDialog({ tracks, actions, onClose }: NewPlaylistDialogProps) {
  const { t } = useTranslation('library')
  const [name, setName] = useState('')
  const create = async () => {
    await actions.createPlaylist(tracks, name.trim())
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={t('newPlaylist.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') void create()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('newPlaylist.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={200}
            data-autofocus
          />
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('edit.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={actions.asked}>
              {t('newPlaylist.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
