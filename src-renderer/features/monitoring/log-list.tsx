// The lines of the log, newest at the end: only those in view exist; scrolling up ends following.
// biome-ignore-all lint/a11y/useSemanticElements: a list of which only the rows in view exist cannot be a <table>
import type { LogLine } from '@contract/monitoring'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { formatClock } from '../../ui'
import { fieldsText } from './log-lines'
import classes from './monitoring.module.css'

const rowHeight = 24

export interface LogListProps {
  lines: readonly LogLine[]
  follow: boolean
  onFollow(follow: boolean): void
  chosen: LogLine | null
  onChoose(line: LogLine | null): void
}

export function LogList({ lines, follow, onFollow, chosen, onChoose }: LogListProps) {
  const { t } = useTranslation('monitoring')
  const { timezone } = useTopic('station')
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  })
  useEffect(() => {
    if (follow && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [follow, lines, virtualizer])

  return (
    <div
      ref={scroller}
      className={classes.logList}
      onWheel={(event) => event.deltaY < 0 && follow && onFollow(false)}
      onScroll={({ currentTarget: list }) => {
        const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < rowHeight
        if (atEnd && !follow) onFollow(true)
      }}
    >
      <div
        role="table"
        aria-label={t('logs.table')}
        aria-rowcount={lines.length}
        style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const line = lines[index] as LogLine
          return (
            <div
              key={index}
              role="row"
              tabIndex={0}
              aria-rowindex={index + 1}
              aria-selected={line === chosen}
              className={classes.logLine}
              data-level={line.level}
              style={{ top: start }}
              onClick={() => onChoose(line === chosen ? null : line)}
              onKeyDown={(event) => event.key === 'Enter' && onChoose(line === chosen ? null : line)}
            >
              <span role="cell" className="faint">
                {formatClock(line.at, timezone)}
              </span>
              <span role="cell" className={classes.logLevel}>
                {t(`logs.levelShort.${line.level}`)}
              </span>
              <span role="cell" className="dim">
                {line.service}
              </span>
              <span role="cell" className="ellipsis">
                {line.message} <span className="faint">{fieldsText(line.fields)}</span>
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
