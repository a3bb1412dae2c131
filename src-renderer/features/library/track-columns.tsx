// The columns of the library's table. Cells are plain elements: dozens of them are made for each row scrolled into view.
import type { Track } from '@contract/library'
import { Tooltip } from '@mantine/core'
import {
  IconAlertTriangle,
  IconClock,
  IconDots,
  IconFileOff,
  IconHeadphones,
  IconPlayerPauseFilled,
} from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { type Column, formatCount, formatDuration, formatLevel, kindIcons } from '../../ui'
import { formatAgo } from '../../ui/relative-time'
import classes from './library.module.css'
import type { TrackSort } from './library-query'
import { toggleListen, useListen } from './listen-store'
import type { MenuRequest } from './track-menu'

export interface TrackColumnOptions {
  isSelected(track: Track): boolean
  onToggle(track: Track): void
  onToggleAll(): void
  allSelected: boolean
  someSelected: boolean
  onMenu(request: MenuRequest): void
  /** Of the table, in pixels: where it is narrow the least needed columns go. */
  width: number
}

const hidden = (text: string) => <span className="visually-hidden">{text}</span>

export function useTrackColumns(options: TrackColumnOptions): Column<Track, TrackSort>[] {
  const { t, i18n } = useTranslation('library')
  const { language } = i18n
  return useMemo(() => {
    const number = (value: string | number) => <span className="mono dim">{value}</span>
    const dim = (text: string) => <div className="dim ellipsis">{text}</div>
    const sorted = (sort: TrackSort, width: string, cell: (track: Track) => ReactNode, right = false) => ({
      key: sort,
      header: t(`column.${sort}`),
      width,
      sort,
      cell,
      ...(right ? { align: 'right' as const } : {}),
    })
    const narrow = options.width < 760
    const medium = options.width < 1020
    const wide = options.width >= 1180
    return [
      selectColumn(t, options),
      {
        key: 'listen',
        header: hidden(t('column.listen')),
        width: '44px',
        cell: (track: Track) => <ListenButton track={track} />,
      },
      sorted('title', 'minmax(180px, 3fr)', (track) => <TitleCell track={track} />),
      sorted('artist', 'minmax(110px, 2fr)', (track) => track.artist),
      ...(narrow ? [] : [sorted('album', 'minmax(100px, 1.5fr)', (track) => dim(track.album))]),
      ...(medium ? [] : [sorted('genre', 'minmax(88px, 0.7fr)', (track) => dim(track.genre))]),
      ...(medium ? [] : [sorted('year', '64px', (track) => number(track.year ?? ''), true)]),
      sorted(
        'duration',
        '76px',
        (track) => <span className="mono">{formatDuration(track.durationSeconds)}</span>,
        true,
      ),
      sorted('lufs', '72px', (track) => number(formatLevel(track.lufs)), true),
      ...(wide
        ? [
            sorted('tempo', '64px', (track) => number(track.tempoBpm === null ? '' : Math.round(track.tempoBpm)), true),
            sorted('key', '64px', (track) => number(track.camelot ?? ''), true),
            sorted(
              'energy',
              '76px',
              (track) => number(track.energy === null ? '' : Math.round(track.energy * 100)),
              true,
            ),
          ]
        : []),
      ...(narrow ? [] : [sorted('plays', '84px', (track) => number(formatCount(track.playCount)), true)]),
      ...(medium
        ? []
        : [
            sorted('played', '120px', (track) =>
              dim(track.lastPlayedAt === null ? t('never') : formatAgo(track.lastPlayedAt, stationNow(), language)),
            ),
          ]),
      {
        key: 'menu',
        header: hidden(t('column.actions')),
        width: '44px',
        cell: (track: Track) => <MenuButton track={track} onMenu={options.onMenu} />,
      },
    ]
  }, [t, language, options])
}

function selectColumn(t: TFunction<'library'>, options: TrackColumnOptions): Column<Track, TrackSort> {
  return {
    key: 'select',
    width: '36px',
    header: (
      <input
        type="checkbox"
        className={classes.check}
        aria-label={t('selectAll')}
        checked={options.allSelected}
        ref={(box) => {
          if (box) box.indeterminate = options.someSelected && !options.allSelected
        }}
        onChange={options.onToggleAll}
      />
    ),
    cell: (track) => (
      <input
        type="checkbox"
        className={classes.check}
        aria-label={`${t('column.select')}: ${track.title}`}
        checked={options.isSelected(track)}
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onChange={() => options.onToggle(track)}
      />
    ),
  }
}

function MenuButton({ track, onMenu }: { track: Track; onMenu(request: MenuRequest): void }) {
  const { t } = useTranslation('library')
  return (
    <button
      type="button"
      className={classes.icon}
      aria-haspopup="menu"
      aria-label={t('action.more', { title: track.title })}
      onClick={(event) => {
        event.stopPropagation()
        const { right, bottom } = event.currentTarget.getBoundingClientRect()
        onMenu({ track, x: right, y: bottom, opener: event.currentTarget })
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <IconDots size={16} />
    </button>
  )
}

function ListenButton({ track }: { track: Track }) {
  const { t } = useTranslation('library')
  const heard = useListen((state) => state.track?.id === track.id)
  const playing = useListen((state) => state.playing && state.track?.id === track.id)
  const missing = track.state === 'missing'
  return (
    <button
      type="button"
      className={classes.icon}
      data-heard={heard || undefined}
      disabled={missing}
      aria-label={`${playing ? t('action.pause') : t('action.listen')}: ${track.title}`}
      onClick={(event) => {
        event.stopPropagation()
        toggleListen(track)
      }}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {playing ? <IconPlayerPauseFilled size={14} /> : <IconHeadphones size={14} />}
    </button>
  )
}

const stateIcons = { pending: IconClock, failed: IconAlertTriangle, missing: IconFileOff } as const

export function TitleCell({ track }: { track: Track }) {
  const { t } = useTranslation('library')
  const Kind = kindIcons[track.kind]
  const State = track.state === 'playable' ? null : stateIcons[track.state]
  return (
    <span className={classes.title}>
      {track.kind === 'music' ? null : (
        <Kind size={14} className={classes.kind} aria-label={t(`kindOne.${track.kind}`)} />
      )}
      <span className="ellipsis">{track.title}</span>
      {State ? (
        <Tooltip label={track.problem ?? t(`state.${track.state}`)} multiline maw={320}>
          <span className={classes.state} data-state={track.state}>
            <State size={14} aria-hidden="true" />
            {t(`state.${track.state}`)}
          </span>
        </Tooltip>
      ) : null}
    </span>
  )
}
