// Asks what happens to what is in a folder that is deleted.
import type { PlaylistFolder } from '@contract/playlists'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export interface FolderDialogProps {
  folder: PlaylistFolder
  onRemove(contents: 'keep' | 'delete'): void
  onClose(): void
}

export function FolderDialog({ folder, onRemove, onClose }: FolderDialogProps) {
  const { t } = useTranslation('playlists')
  return (
    <Modal opened onClose={onClose} title={t('folder.deleteTitle', { name: folder.name })}>
      <Stack gap="md">
        <Text>{t('folder.deleteText')}</Text>
        <Group justify="flex-end" gap="sm">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="danger" onClick={() => onRemove('delete')}>
            {t('folder.deleteAll')}
          </Button>
          <Button variant="filled" onClick={() => onRemove('keep')} data-autofocus>
            {t('folder.keep')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
