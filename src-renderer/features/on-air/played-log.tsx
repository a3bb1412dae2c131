// The newest of what played, as the log has it.
// biome-ignore-all lint/a11y/useSemanticElements: rows that are dragged or laid out by grid cannot be <tr>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grips and buttons in them take the focus
import type { LogEntry } from '@contract/playout'
import { Popover } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { EmptyState, formatClock, formatDuration } from '../../ui'
import { WhyDetails } from '../rotation/why-details'
import classes from './queue.module.css'

export function PlayedLog() {
  const { t } = useTranslation('on-air')
  const log = useTopic('log')
  if (log.length === 0) return <EmptyState icon={IconHistory} title={t('log.empty')} hint={t('log.emptyHint')} />
  return (
    <div role="table" aria-label={t('queue.played')} className={classes.scroller}>
      <div role="rowgroup" className={classes.head}>
        <div role="row" className={`${classes.row} ${classes.played}`}>
          <span role="columnheader">{t('log.at')}</span>
          <span role="columnheader">{t('queue.title')}</span>
          <span role="columnheader">{t('log.played')}</span>
          <span role="columnheader">{t('log.how')}</span>
          <span role="columnheader">{t('log.listeners')}</span>
        </div>
      </div>
      <div role="rowgroup">
        {log.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </div>
    </div>
  )
}

function Entry({ entry }: { entry: LogEntry }) {
  const { t } = useTranslation('on-air')
  const { timezone } = useTopic('station')
  const running = entry.endedAt === null
  const how = entry.endReason && entry.endReason !== 'end' ? t(`log.end.${entry.endReason}`) : entry.join
  return (
    <div role="row" className={`${classes.row} ${classes.played}`}>
      <span role="cell" className="mono">
        {formatClock(entry.startedAt, timezone)}
      </span>
      <span role="cell" className={classes.song}>
        <b className="ellipsis">{entry.title}</b>
        <span className="dim ellipsis">{entry.artist}</span>
        <Popover width={380} position="bottom" withArrow>
          <Popover.Target>
            <button type="button" className="link-button" aria-label={t('why.of', { title: entry.title })}>
              {t('why.button')}
            </button>
          </Popover.Target>
          <Popover.Dropdown>
            <WhyDetails of="log" id={entry.id} otherwise={t('why.unknown')} />
          </Popover.Dropdown>
        </Popover>
      </span>
      <span role="cell" className="mono">
        {entry.playedSeconds === null ? '' : formatDuration(entry.playedSeconds)}
      </span>
      <span role="cell" className={`${classes.from} dim ellipsis`} title={entry.reason}>
        {running ? t('log.running') : how}
      </span>
      <span role="cell" className="mono dim">
        {entry.listenersAtStart ?? ''}
      </span>
    </div>
  )
}
