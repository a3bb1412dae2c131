// The days that were recorded, each with the hours it has; and how close the view looks.
import type { Span } from '@contract/recorder'
import { Button, SegmentedControl } from '@mantine/core'
import { IconPlayerTrackNext } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { useTopic } from '../../stores'
import { position } from './playback'
import classes from './recordings.module.css'
import { show, useRecordings } from './recordings-store'
import { dayMs, dayStart, recordedDays, resize, type View, type Zoom, zoomOf, zooms } from './timeline-rules'

const mostDays = 8

export function DayBar({ spans, view }: { spans: readonly Span[]; view: View }) {
  const { t, i18n } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  const atEdge = useRecordings((state) => state.atEdge)
  const days = recordedDays(spans, timezone).slice(0, mostDays).reverse()
  const middle = (view.from + view.to) / 2
  const shown = dayStart(Math.min(middle, stationNow()), timezone)
  const name = new Intl.DateTimeFormat(i18n.language, {
    timeZone: timezone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  })
  const zoom = (to: Zoom) => {
    const at = position() ?? Math.min(view.to, stationNow())
    if (to === 'day') {
      const start = dayStart(at, timezone)
      show({ from: start, to: start + dayMs })
    } else show(resize(view, zooms[to], at))
  }
  return (
    <div className={classes.dayBar}>
      <nav className={classes.days} aria-label={t('days.label')}>
        {days.map(({ start, spans: inside }) => (
          <button
            key={start}
            type="button"
            className={classes.day}
            aria-pressed={start === shown}
            onClick={() => show({ from: start, to: start + dayMs })}
          >
            {name.format(start + dayMs / 2)}
            <span className={classes.dayHours} aria-hidden="true">
              {inside.map((span) => (
                <i
                  key={span.from}
                  style={{
                    left: `${((span.from - start) / dayMs) * 100}%`,
                    width: `${Math.max(1, ((span.to - span.from) / dayMs) * 100)}%`,
                  }}
                />
              ))}
            </span>
          </button>
        ))}
      </nav>
      <span className={classes.push} />
      <SegmentedControl
        size="xs"
        aria-label={t('zoom.label')}
        value={zoomOf(view)}
        onChange={(value) => zoom(value as Zoom)}
        data={(Object.keys(zooms) as Zoom[]).map((value) => ({ value, label: t(`zoom.${value}`) }))}
      />
      <Button
        size="xs"
        disabled={atEdge}
        leftSection={<IconPlayerTrackNext size={14} />}
        onClick={() => {
          const length = view.to - view.from
          show({ from: stationNow() - length * 0.9, to: stationNow() + length * 0.1 }, true)
        }}
      >
        {t('toEdge')}
      </Button>
    </div>
  )
}
