// The menu of one track: queue, playlists, edit, remove. One for the whole table: a menu in each row costs too much
// while the table is scrolled.

import type { Track } from '@contract/library'
import { Loader, Menu } from '@mantine/core'
import {
  IconListDetails,
  IconPencil,
  IconPlayerTrackNext,
  IconPlaylistAdd,
  IconPlus,
  IconReportAnalytics,
  IconTrash,
  IconWaveSine,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../client'
import type { TrackActions } from './use-track-actions'

/** Where it was asked for, in pixels of the window, and what gets the focus back. */
export interface MenuRequest {
  track: Track
  x: number
  y: number
  opener: HTMLElement | null
}

export interface TrackMenuProps {
  request: MenuRequest
  onClose(): void
  actions: TrackActions
  onEdit(): void
  onRemove(): void
  onNewPlaylist(): void
}

export function TrackMenu({ request, onClose, actions, onEdit, onRemove, onNewPlaylist }: TrackMenuProps) {
  const { t } = useTranslation('library')
  const { track, x, y, opener } = request
  const playable = track.state === 'playable'
  const close = () => {
    onClose()
    opener?.focus()
  }
  return (
    <Menu opened onClose={close} position="bottom-end" width={220}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-label={track.title}
          style={{ position: 'fixed', left: x, top: y, width: 1, height: 1, padding: 0, border: 0, background: 'none' }}
        />
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
        <Menu.Item leftSection={<IconReportAnalytics size={16} />} component="a" href={`#/track/${track.id}`}>
          {t('action.page')}
        </Menu.Item>
        <Menu.Item leftSection={<IconWaveSine size={16} />} onClick={() => void actions.analyse(track)}>
          {t('action.analyse')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconTrash size={16} />} color="var(--red-text)" onClick={onRemove}>
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
