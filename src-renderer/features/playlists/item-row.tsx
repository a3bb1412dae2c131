// One item of a playlist: grip, place, listen, names, note and weight, when it starts, length, take out.
// biome-ignore-all lint/a11y/useSemanticElements: a list of which only the rows in view exist cannot be a <table>
// biome-ignore-all lint/a11y/useFocusableInteractive: the list holds the focus and names the row it stands on
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list answers the keys
import type { PlaylistItem } from '@contract/playlists'
import { type useSortable, useSortable as useSortableRow } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon } from '@mantine/core'
import { IconGripVertical, IconHeadphones, IconPlayerPauseFilled, IconX } from '@tabler/icons-react'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDuration, Tag } from '../../ui'
import { toggleListen, useListen } from '../library/listen-store'
import { ItemNote } from './item-note'
import classes from './playlists.module.css'

export interface ItemRowProps {
  id: number
  /** undefined while it has not arrived. */
  item: PlaylistItem | undefined
  index: number
  top: number
  startsAt: number
  selected: boolean
  current: boolean
  fixed: boolean
  onSelect(event: MouseEvent): void
  onRemove(): void
  onEdit(item: PlaylistItem, change: { note?: string; weight?: number }): void
  /** The pointer is at a grip: rows are to be made ready for dragging. */
  onGrip(): void
}

/** A row that can be dragged, and that others can be dropped on: it costs more to draw, so it is only that while needed. */
export function SortableItemRow(props: ItemRowProps) {
  const sortable = useSortableRow({ id: props.id, transition: { duration: 120, easing: 'ease-out' } })
  return <ItemRow {...props} sortable={sortable} />
}

interface PlainProps extends ItemRowProps {
  sortable?: ReturnType<typeof useSortable>
}

export function ItemRow({ sortable, id, item, index, top, selected, current, fixed, onSelect, ...props }: PlainProps) {
  const { t } = useTranslation('playlists')
  const title = item?.track.title ?? ''
  return (
    <div
      ref={sortable?.setNodeRef}
      role="row"
      id={`item-${id}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`${classes.item} ${classes.itemGrid}`}
      data-dragging={sortable?.isDragging || undefined}
      data-current={current || undefined}
      style={
        sortable
          ? { top, transform: CSS.Translate.toString(sortable.transform), transition: sortable.transition }
          : { top }
      }
      onClick={onSelect}
    >
      <Cell className={classes.gripCell}>
        {fixed ? null : (
          <button
            type="button"
            ref={sortable?.setActivatorNodeRef}
            className={classes.grip}
            {...sortable?.attributes}
            {...sortable?.listeners}
            tabIndex={-1}
            onPointerEnter={props.onGrip}
            onFocus={props.onGrip}
            aria-label={t('drag', { title })}
          >
            <IconGripVertical size={14} aria-hidden="true" />
          </button>
        )}
      </Cell>
      <Cell className={`mono faint ${classes.position}`}>{index + 1}</Cell>
      {item ? <Filled {...props} item={item} fixed={fixed} /> : null}
    </div>
  )
}

type FilledProps = Pick<ItemRowProps, 'startsAt' | 'fixed' | 'onRemove' | 'onEdit'> & { item: PlaylistItem }

function Filled({ item, startsAt, fixed, onRemove, onEdit }: FilledProps) {
  const { t } = useTranslation('playlists')
  const { track } = item
  const { title } = track
  const playing = useListen((state) => state.playing && state.track?.id === track.id)
  return (
    <>
      <Cell>
        <ActionIcon
          size={24}
          tabIndex={-1}
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
      <Cell className={classes.noteCell}>
        <ItemNote item={item} fixed={fixed} onEdit={(change) => onEdit(item, change)} />
      </Cell>
      <Cell className="mono faint" right>
        {formatDuration(startsAt)}
      </Cell>
      <Cell className="mono" right>
        {formatDuration(track.durationSeconds)}
      </Cell>
      <Cell>
        {fixed ? null : (
          <ActionIcon
            size={24}
            tabIndex={-1}
            className={classes.takeOut}
            aria-label={t('removeItem', { title })}
            onClick={(event) => {
              event.stopPropagation()
              onRemove()
            }}
          >
            <IconX size={14} />
          </ActionIcon>
        )}
      </Cell>
    </>
  )
}

function Cell({ className, right, children }: { className?: string; right?: boolean; children: React.ReactNode }) {
  return (
    <span role="gridcell" className={className} data-right={right}>
      {children}
    </span>
  )
}
