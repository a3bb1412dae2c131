// One item of the queue.
// biome-ignore-all lint/a11y/useSemanticElements: rows that are dragged or laid out by grid cannot be <tr>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grips and buttons in them take the focus
import type { QueueItem } from '@contract/playout'
import { ActionIcon, Popover } from '@mantine/core'
import { IconArrowBarToUp, IconArrowsJoin2, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { formatClock, formatDuration, kindIcons, type SortableRow } from '../../ui'
import { WhyDetails } from '../rotation/why-details'
import classes from './queue.module.css'

export interface QueueRowProps {
  item: QueueItem
  row: SortableRow
  asked: boolean
  editable: boolean
  first: boolean
  onFirst(): void
  onRemove(): void
  /** Opens how it is joined to what sounds before it; undefined where nothing does. */
  onJoin: (() => void) | undefined
}

export function QueueRow({ item, row, asked, editable, first, onFirst, onRemove, onJoin }: QueueRowProps) {
  const { t } = useTranslation('on-air')
  const { timezone } = useTopic('station')
  const Picture = kindIcons[item.kind]
  return (
    <div
      ref={row.ref}
      role="row"
      className={classes.row}
      style={row.style}
      data-dragging={row.dragging || undefined}
      data-asked={asked || undefined}
    >
      <span role="cell">{row.grip}</span>
      <span role="cell" className="mono">
        {item.expectedAt === null ? '–' : formatClock(item.expectedAt, timezone)}
      </span>
      <span role="cell" className={classes.song}>
        <Picture size={14} className={classes.kind} aria-label={t(`common:kind.${item.kind}`)} role="img" />
        <b className="ellipsis">{item.title}</b>
        <span className="dim ellipsis">{item.artist}</span>
      </span>
      <span role="cell" className="mono">
        {formatDuration(item.durationSeconds)}
      </span>
      <span role="cell" className={`${classes.from} dim ellipsis`}>
        {item.reason}
      </span>
      <span role="cell" className={classes.actions}>
        <Why item={item} />
        <ActionIcon
          size={24}
          disabled={!onJoin}
          onClick={onJoin}
          aria-label={t('queue.join', { title: item.title })}
          title={t('queue.joinShort')}
        >
          <IconArrowsJoin2 size={15} />
        </ActionIcon>
        {editable ? (
          <>
            <ActionIcon
              size={24}
              disabled={first}
              onClick={onFirst}
              aria-label={t('queue.playFirst', { title: item.title })}
              title={t('queue.playFirstShort')}
            >
              <IconArrowBarToUp size={15} />
            </ActionIcon>
            <ActionIcon
              size={24}
              onClick={onRemove}
              aria-label={t('queue.remove', { title: item.title })}
              title={t('common:action.remove')}
            >
              <IconX size={15} />
            </ActionIcon>
          </>
        ) : null}
      </span>
    </div>
  )
}

function Why({ item }: { item: QueueItem }) {
  const { t } = useTranslation('on-air')
  return (
    <Popover width={380} position="left" withArrow>
      <Popover.Target>
        <button type="button" className="link-button" aria-label={t('why.of', { title: item.title })}>
          {t('why.button')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <WhyDetails of="queue" id={item.id} otherwise={t(`why.${item.source}`)} />
      </Popover.Dropdown>
    </Popover>
  )
}
