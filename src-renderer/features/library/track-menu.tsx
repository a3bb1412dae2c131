// The menu of one track or of the chosen ones: queue, playlists, edit, remove.

import type { Track } from '@contract/library'
import { ActionIcon, Loader, Menu } from '@mantine/core'
import {
  IconDots,
  IconListDetails,
  IconPencil,
  IconPlayerTrackNext,
  IconPlaylistAdd,
  IconPlus,
  IconTrash,
  IconWaveSine,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../client'
import type { TrackActions } from './use-track-actions'

export interface TrackMenuProps {
  track: Track
  actions: TrackActions
  onEdit(): void
  onRemove(): void
  onNewPlaylist(): void
}

export function TrackMenu({ track, actions, onEdit, onRemove, onNewPlaylist }: TrackMenuProps) {
  const { t } = useTranslation('library')
  const playable = track.state === 'playable'
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon size={24} aria-label={t('action.more', { title: track.title })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPlayerTrackNext size={16} />}
          disabled={!playable}
          onClick={() => void actions.enqueue([track], 'next')}
        >
          {t('action.playNext')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlaylistAdd size={16} />}
          disabled={!playable}
          onClick={() => void actions.enqueue([track], 'end')}
        >
          {t('action.addToQueue')}
        </Menu.Item>
        <PlaylistSubmenu onChoose={(playlist) => void actions.addToPlaylist([track], playlist)} onNew={onNewPlaylist} />
        <Menu.Divider />
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t('action.edit')}
        </Menu.Item>
        <Menu.Item leftSection={<IconWaveSine size={16} />} onClick={() => void actions.analyse(track)}>
          {t('action.analyse')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={onRemove}>
          {t('action.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

interface PlaylistChoiceProps {
  onChoose(playlist: { id: number; name: string }): void
  onNew(): void
}

function PlaylistSubmenu(props: PlaylistChoiceProps) {
  const { t } = useTranslation('library')
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<IconListDetails size={16} />}>{t('action.addToPlaylist')}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown mah={320} style={{ overflow: 'auto' }}>
        <PlaylistItems {...props} />
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}

/** The playlists as menu items; asked for when the menu opens. */
export function PlaylistItems({ onChoose, onNew }: PlaylistChoiceProps) {
  const { t } = useTranslation('library')
  const { data, loading } = useRemote((signal) => client.playlists.list(undefined, { signal }), [])
  return (
    <>
      {loading && !data ? (
        <Menu.Item disabled leftSection={<Loader size={14} />}>
          {t('loadingRow')}
        </Menu.Item>
      ) : null}
      {data?.map((playlist) => (
        <Menu.Item key={playlist.id} onClick={() => onChoose(playlist)}>
          {playlist.name}
        </Menu.Item>
      ))}
      {data?.length ? <Menu.Divider /> : null}
      <Menu.Item leftSection={<IconPlus size={16} />} onClick={onNew}>
        {t('action.newPlaylist')}
      </Menu.Item>
    </>
  )
}
