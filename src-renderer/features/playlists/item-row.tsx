// One item of a playlist: grip, place, listen, names, when it starts, length, take out.
// biome-ignore-all lint/a11y/useSemanticElements: a list of which only the rows in view exist cannot be a <table>
import type { PlaylistItem } from '@contract/playlists'
import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon } from '@mantine/core'
import { IconGripVertical, IconHeadphones, IconPlayerPauseFilled, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatDuration, Tag } from '../../ui'
import { toggleListen, useListen } from '../library/listen-store'
import classes from './playlists.module.css'

export interface ItemRowProps {
  item: PlaylistItem
  index: number
  top: number
  startsAt: number
  selected: boolean
  onSelect(): void
  onRemove(): void
}

export function ItemRow({ item, index, top, startsAt, selected, onSelect, onRemove }: ItemRowProps) {
  const { t } = useTranslation('playlists')
  const { track } = item
  const sortable = useSortable({ id: item.id, transition: { duration: 120, easing: 'ease-out' } })
  const playing = useListen((state) => state.playing && state.track?.id === track.id)
  const { title } = track
  return (
    <div
      ref={sortable.setNodeRef}
      role="row"
      tabIndex={0}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`${classes.item} ${classes.itemGrid}`}
      data-dragging={sortable.isDragging || undefined}
      style={{ top, transform: CSS.Translate.toString(sortable.transform), transition: sortable.transition }}
      onClick={onSelect}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return
        if (event.key === 'Enter') onSelect()
        if (event.key === 'Delete') onRemove()
      }}
    >
      <Cell className={classes.gripCell}>
        <button
          type="button"
          ref={sortable.setActivatorNodeRef}
          className={classes.grip}
          {...sortable.attributes}
          {...sortable.listeners}
          aria-label={t('drag', { title })}
        >
          <IconGripVertical size={14} aria-hidden="true" />
        </button>
      </Cell>
      <Cell className={`mono faint ${classes.position}`}>{index + 1}</Cell>
      <Cell>
        <ActionIcon
          size={24}
          disabled={track.state === 'missing'}
          aria-label={t(playing ? 'pause' : 'listen', { title })}
          onClick={(event) => {
            event.stopPropagation()
            toggleListen(track)
          }}
        >
          {playing ? <IconPlayerPauseFilled size={14} color="var(--accent-text)" /> : <IconHeadphones size={14} />}
        </ActionIcon>
      </Cell>
      <Cell className={classes.itemTitle}>
        <span className="ellipsis">{title}</span>
        {track.state === 'playable' ? null : (
          <Tag tone={track.state === 'failed' ? 'bad' : 'warning'}>{t(`notPlayable.${track.state}`)}</Tag>
        )}
      </Cell>
      <Cell className="dim ellipsis">{track.artist}</Cell>
      <Cell className="mono faint" right>
        {formatDuration(startsAt)}
      </Cell>
      <Cell className="mono" right>
        {formatDuration(track.durationSeconds)}
      </Cell>
      <Cell>
        <ActionIcon
          size={24}
          className={classes.takeOut}
          aria-label={t('removeItem', { title })}
          onClick={(event) => {
            event.stopPropagation()
            onRemove()
          }}
        >
          <IconX size={14} />
        </ActionIcon>
      </Cell>
    </div>
  )
}

function Cell({ className, right, children }: { className?: string; right?: boolean; children: React.ReactNode }) {
  return (
    <span role="cell" className={className} data-right={right}>
      {children}
    </span>
  )
}
