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
import { type Column, formatBytes, formatCount, formatDuration, formatLevel, kindIcons } from '../../ui'
import { formatAgo } from '../../ui/relative-time'
import type { ColumnChoice, ColumnKey } from './columns'
import classes from './library.module.css'
import type { TrackSort } from './library-query'
import { toggleListen, useListen } from './listen-store'
import type { MenuRequest } from './track-menu'

export interface TrackColumnOptions {
  isSelected(track: Track): boolean
  onToggle(track: Track, index: number): void
  onToggleAll(): void
  allSelected: boolean
  someSelected: boolean
  onMenu(request: MenuRequest): void
  columns: readonly ColumnChoice[]
}

/** Cells are handed it: a hook for it in each row is a good part of the row's work. */
type Translate = TFunction<'library'>

const hidden = (text: string) => <span className="visually-hidden">{text}</span>

interface Drawn {
  width: string
  sort?: TrackSort
  right?: true
  look?: Column<Track>['look']
  cell(track: Track, t: Translate, language: string): ReactNode
}

const when = (at: number | null, never: string, language: string) =>
  at === null ? never : formatAgo(at, stationNow(), language)

const drawn: Record<ColumnKey, Drawn> = {
  title: { width: 'minmax(180px, 3fr)', sort: 'title', cell: (track, t) => titleCell(track, t) },
  artist: { width: 'minmax(110px, 2fr)', sort: 'artist', cell: (track) => track.artist },
  album: { width: 'minmax(100px, 1.5fr)', sort: 'album', look: 'dim', cell: (track) => track.album },
  genre: { width: 'minmax(88px, 0.7fr)', sort: 'genre', look: 'dim', cell: (track) => track.genre },
  year: { width: '64px', sort: 'year', right: true, look: 'mono dim', cell: (track) => track.year ?? '' },
  duration: {
    ...{ width: '76px', sort: 'duration', right: true },
    look: 'mono',
    cell: (track) => formatDuration(track.durationSeconds),
  },
  lufs: { width: '72px', sort: 'lufs', right: true, look: 'mono dim', cell: (track) => formatLevel(track.lufs) },
  tempo: {
    ...{ width: '64px', sort: 'tempo', right: true },
    look: 'mono dim',
    cell: (track) => (track.tempoBpm === null ? '' : Math.round(track.tempoBpm)),
  },
  key: { width: '64px', sort: 'key', right: true, look: 'mono dim', cell: (track) => track.camelot ?? '' },
  energy: {
    ...{ width: '76px', sort: 'energy', right: true },
    look: 'mono dim',
    cell: (track) => (track.energy === null ? '' : Math.round(track.energy * 100)),
  },
  plays: { width: '84px', sort: 'plays', right: true, look: 'mono dim', cell: (track) => formatCount(track.playCount) },
  played: {
    ...{ width: '120px', sort: 'played' },
    look: 'dim',
    cell: (track, t, language) => when(track.lastPlayedAt, t('never'), language),
  },
  added: {
    width: '120px',
    sort: 'added',
    look: 'dim',
    cell: (track, _t, language) => when(track.addedAt, '', language),
  },
  changed: {
    width: '120px',
    sort: 'changed',
    look: 'dim',
    cell: (track, _t, language) => when(track.updatedAt, '', language),
  },
  rating: {
    width: '84px',
    sort: 'rating',
    cell: (track, t) => <Rating value={track.rating} label={t('column.rating')} />,
  },
  tags: { width: 'minmax(120px, 1fr)', look: 'dim', cell: (track) => track.tags.join(', ') },
  comment: { width: 'minmax(120px, 1.5fr)', look: 'dim', cell: (track) => track.comment },
  label: { width: 'minmax(100px, 1fr)', sort: 'label', look: 'dim', cell: (track) => track.label },
  composer: { width: 'minmax(110px, 1fr)', sort: 'composer', look: 'dim', cell: (track) => track.composer },
  isrc: { width: '130px', look: 'mono dim', cell: (track) => track.isrc },
  language: { width: '92px', sort: 'language', look: 'dim', cell: (track) => track.language },
  trackNumber: { width: '64px', right: true, look: 'mono dim', cell: (track) => track.trackNumber ?? '' },
  explicit: { width: '80px', look: 'dim', cell: (track, t) => (track.explicit ? t('yes') : '') },
  kind: { width: '120px', sort: 'kind', look: 'dim', cell: (track, t) => t(`kindOne.${track.kind}`) },
  state: { width: '120px', look: 'dim', cell: (track, t) => t(`state.${track.state}`) },
  peak: {
    width: '76px',
    sort: 'peak',
    right: true,
    look: 'mono dim',
    cell: (track) => formatLevel(track.truePeakDbtp),
  },
  format: { width: '92px', sort: 'format', look: 'dim', cell: (track) => track.format },
  bitrate: {
    ...{ width: '84px', sort: 'bitrate', right: true },
    look: 'mono dim',
    cell: (track) => (track.bitrateKbps === null ? '' : Math.round(track.bitrateKbps)),
  },
  sampleRate: {
    width: '84px',
    right: true,
    look: 'mono dim',
    cell: (track) => (track.sampleRateHz === null ? '' : track.sampleRateHz / 1000),
  },
  channels: { width: '72px', right: true, look: 'mono dim', cell: (track) => track.channels ?? '' },
  size: { width: '84px', right: true, look: 'mono dim', cell: (track) => formatBytes(track.sizeBytes) },
  fileName: { width: 'minmax(160px, 2fr)', sort: 'fileName', look: 'dim', cell: (track) => track.fileName },
  folder: {
    width: 'minmax(160px, 2fr)',
    look: 'dim',
    cell: (track) => track.path.slice(0, Math.max(0, track.path.length - track.fileName.length - 1)),
  },
}

/** @param fields names of the station's own fields by their keys */
export function useTrackColumns(
  options: TrackColumnOptions,
  fields: ReadonlyMap<string, string>,
): Column<Track, TrackSort>[] {
  const { t, i18n } = useTranslation('library')
  const { language } = i18n
  return useMemo(
    () => [
      selectColumn(t, options),
      {
        key: 'listen',
        header: hidden(t('column.listen')),
        width: '44px',
        cell: (track: Track) => <ListenButton track={track} t={t} />,
      },
      ...options.columns.flatMap((choice): Column<Track, TrackSort>[] => {
        const { key } = choice
        if (key.startsWith('custom.')) {
          const name = key.slice('custom.'.length)
          const header = fields.get(name)
          const own = {
            key,
            width: 'minmax(100px, 1fr)',
            free: true,
            look: 'dim' as const,
            cell: (track: Track) => track.custom[name] ?? '',
          }
          return header === undefined ? [] : [{ ...own, header, ...widthOf(choice) }]
        }
        const { width, sort, right, look, cell } = drawn[key as ColumnKey]
        return [
          {
            ...{ key, header: t(`column.${key as ColumnKey}`), width, free: true },
            cell: (track: Track) => cell(track, t, language),
            ...(sort ? { sort } : {}),
            ...(right ? { align: 'right' as const } : {}),
            ...(look ? { look } : {}),
            ...widthOf(choice),
          },
        ]
      }),
      {
        key: 'menu',
        header: hidden(t('column.actions')),
        width: '44px',
        cell: (track: Track) => <MenuButton track={track} t={t} onMenu={options.onMenu} />,
      },
    ],
    [t, language, options, fields],
  )
}

const widthOf = ({ width }: ColumnChoice) => (width === null ? {} : { width: `${width}px` })

function Rating({ value, label }: { value: number | null; label: string }) {
  if (value === null) return null
  return (
    <span className="dim" role="img" aria-label={`${label}: ${value}`}>
      {'★'.repeat(value)}
    </span>
  )
}

function selectColumn(t: Translate, options: TrackColumnOptions): Column<Track, TrackSort> {
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
    cell: (track, index) => (
      <input
        type="checkbox"
        className={classes.check}
        aria-label={`${t('column.select')}: ${track.title}`}
        checked={options.isSelected(track)}
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
        onChange={() => options.onToggle(track, index)}
      />
    ),
  }
}

function MenuButton({ track, t, onMenu }: { track: Track; t: Translate; onMenu(request: MenuRequest): void }) {
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

function ListenButton({ track, t }: { track: Track; t: Translate }) {
  const listening = useListen((state) => (state.track?.id !== track.id ? 'no' : state.playing ? 'playing' : 'paused'))
  const heard = listening !== 'no'
  const playing = listening === 'playing'
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

function titleCell(track: Track, t: Translate): ReactNode {
  if (track.kind === 'music' && track.state === 'playable') return <span className={classes.name}>{track.title}</span>
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
