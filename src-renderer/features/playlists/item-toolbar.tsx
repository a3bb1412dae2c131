// What can be done with several selected items at once.
import { Button } from '@mantine/core'
import { IconArrowBarToDown, IconArrowBarToUp, IconCopyPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatCount, formatDuration } from '../../ui'
import type { ItemActions, ItemIndex } from './playlist-store'
import classes from './playlists.module.css'
import type { ItemSelection } from './use-item-selection'

export interface ItemToolbarProps {
  index: ItemIndex
  selection: ItemSelection
  actions: ItemActions
  fixed: boolean
}

export function ItemToolbar({ index, selection, actions, fixed }: ItemToolbarProps) {
  const { t } = useTranslation('playlists')
  const { ids, trackIds, durationSeconds } = index
  const places = ids.flatMap((id, place) => (selection.selected.has(id) ? [place] : []))
  if (places.length < 2) return null
  const chosen = places.map((place) => ids[place] as number)
  const seconds = places.reduce((sum, place) => sum + (durationSeconds[place] as number), 0)
  const rest = ids.filter((id) => !selection.selected.has(id))
  return (
    <div className={classes.itemToolbar} role="toolbar" aria-label={t('selection.title')}>
      <span>
        {t('selection.count', { count: chosen.length, formatted: formatCount(chosen.length) })}{' '}
        <span className="mono dim">{formatDuration(seconds)}</span>
      </span>
      {fixed ? null : (
        <>
          <Button
            size="compact-sm"
            leftSection={<IconArrowBarToUp size={14} />}
            onClick={() => actions.move([...chosen, ...rest], chosen, rest[0] ?? null)}
            disabled={rest.length === 0}
          >
            {t('selection.first')}
          </Button>
          <Button
            size="compact-sm"
            leftSection={<IconArrowBarToDown size={14} />}
            onClick={() => actions.move([...rest, ...chosen], chosen, null)}
            disabled={rest.length === 0}
          >
            {t('selection.last')}
          </Button>
          <Button
            size="compact-sm"
            leftSection={<IconCopyPlus size={14} />}
            onClick={() => void actions.add(places.map((place) => trackIds[place] as number))}
          >
            {t('selection.again')}
          </Button>
          <Button size="compact-sm" leftSection={<IconX size={14} />} onClick={() => void actions.remove(chosen)}>
            {t('selection.remove')}
          </Button>
        </>
      )}
    </div>
  )
}
