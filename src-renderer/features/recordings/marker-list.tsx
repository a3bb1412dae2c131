// What was heard in the view, in order: jump there, or take it as the range.
import type { RecordingMarker } from '@contract/recorder'
import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core'
import { IconBrackets, IconListSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, formatClock, formatDuration, Panel, Tag } from '../../ui'
import { seek } from './playback'
import classes from './recordings.module.css'
import { select } from './recordings-store'
import type { View } from './timeline-rules'

const filters = {
  all: ['track', 'jingle', 'cart', 'live', 'air', 'incident'],
  music: ['track', 'jingle', 'cart'],
  live: ['live'],
  incidents: ['incident', 'air'],
} as const
type Filter = keyof typeof filters

const tones = {
  track: 'plain',
  jingle: 'accent',
  cart: 'accent',
  live: 'bad',
  air: 'plain',
  incident: 'warning',
} as const
const mostShown = 400

export function MarkerList({ markers, view }: { markers: readonly RecordingMarker[]; view: View }) {
  const { t } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  const [filter, setFilter] = useState<Filter>('all')
  const kinds: readonly string[] = filters[filter]
  const now = stationNow()
  const shown = markers
    .filter(
      ({ kind, startedAt, endedAt }) => kinds.includes(kind) && startedAt <= view.to && (endedAt ?? now) >= view.from,
    )
    .slice(-mostShown)
    .reverse()
  return (
    <Panel
      title={t('markers.title')}
      flush
      className={classes.list}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('markers.filter')}
          value={filter}
          onChange={(value) => setFilter(value as Filter)}
          data={(Object.keys(filters) as Filter[]).map((value) => ({ value, label: t(`markers.${value}`) }))}
        />
      }
    >
      {shown.length === 0 ? (
        <EmptyState icon={IconListSearch} title={t('markers.none')} />
      ) : (
        <ul className={classes.rows}>
          {shown.map((marker) => {
            const { id, kind, title, artist, startedAt, endedAt } = marker
            const name = title || t(`kind.${kind}`)
            return (
              <li key={id} className={classes.row}>
                <button type="button" className={classes.rowMain} onClick={() => seek(startedAt)}>
                  <time className="mono dim">{formatClock(startedAt, timezone)}</time>
                  <Tag tone={tones[kind]}>{t(`kind.${kind}`)}</Tag>
                  <span className="ellipsis">
                    {name}
                    {artist && artist !== title ? <span className="dim"> — {artist}</span> : null}
                  </span>
                  <span className={`mono dim ${classes.length}`}>
                    {endedAt === null ? t('markers.now') : formatDuration((endedAt - startedAt) / 1000)}
                  </span>
                </button>
                <Tooltip label={t('markers.take')}>
                  <ActionIcon
                    size={26}
                    variant="subtle"
                    aria-label={t('markers.takeNamed', { name })}
                    onClick={() => {
                      select({ from: startedAt, to: endedAt ?? stationNow() })
                      seek(startedAt)
                    }}
                  >
                    <IconBrackets size={15} />
                  </ActionIcon>
                </Tooltip>
              </li>
            )
          })}
        </ul>
      )}
    </Panel>
  )
}
