// What can be done with the chosen tracks; stands over the table while there are any.
import { Button, CloseButton, Loader, Menu } from '@mantine/core'
import { IconListDetails, IconPlayerTrackNext, IconPlaylistAdd, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatCount, formatDuration } from '../../ui'
import classes from './library.module.css'
import { SelectionMetadata } from './metadata/selection-actions'
import { PlaylistItems } from './track-menu'
import type { ActionTrack, TrackActions } from './use-track-actions'

export interface SelectionBarProps {
  tracks: ActionTrack[]
  /** Of all together; null where it is not known. */
  durationSeconds: number | null
  actions: TrackActions
  onClear(): void
  onRemove(): void
  onNewPlaylist(): void
}

export function SelectionBar({
  tracks,
  durationSeconds,
  actions,
  onClear,
  onRemove,
  onNewPlaylist,
}: SelectionBarProps) {
  const { t } = useTranslation('library')
  return (
    <div className={classes.selection} role="toolbar" aria-label={t('column.actions')}>
      <CloseButton size="sm" onClick={onClear} aria-label={t('clearSelection')} />
      <strong>{t('selected', { count: tracks.length, formatted: formatCount(tracks.length) })}</strong>
      {durationSeconds === null ? null : <span className="dim mono">{formatDuration(durationSeconds)}</span>}
      {actions.asked ? <Loader size={14} /> : null}
      <span className={classes.push} />
      <Button
        size="xs"
        disabled={actions.asked}
        leftSection={<IconPlayerTrackNext size={14} />}
        onClick={() => void actions.enqueue(tracks, 'next')}
      >
        {t('action.playNext')}
      </Button>
      <Button
        size="xs"
        disabled={actions.asked}
        leftSection={<IconPlaylistAdd size={14} />}
        onClick={() => void actions.enqueue(tracks, 'end')}
      >
        {t('action.addToQueue')}
      </Button>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button size="xs" disabled={actions.asked} leftSection={<IconListDetails size={14} />}>
            {t('action.addToPlaylist')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={360} style={{ overflow: 'auto' }}>
          <PlaylistItems onChoose={(playlist) => void actions.addToPlaylist(tracks, playlist)} onNew={onNewPlaylist} />
        </Menu.Dropdown>
      </Menu>
      <SelectionMetadata trackIds={tracks.map(({ id }) => id)} />
      <Button size="xs" variant="danger" leftSection={<IconTrash size={14} />} onClick={onRemove}>
        {t('action.remove')}
      </Button>
    </div>
  )
}
