// One line: whether the program is being recorded, how far back it reaches, and how much room it takes.
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { formatBytes, formatDateTime, StatusDot, type Tone } from '../../ui'
import classes from './recordings.module.css'

const tones: Record<string, Tone> = { recording: 'live', offAir: 'idle', paused: 'warning', off: 'idle' }

export function RecorderLine() {
  const { t } = useTranslation('recordings')
  const recorder = useTopic('recorder')
  const { timezone } = useTopic('station')
  const { state, message, oldestAt, bytes, maxGigabytes, keepDays, fileBytes, freeBytes, enabled } = recorder
  return (
    <div className={classes.line}>
      <StatusDot tone={tones[state] ?? 'idle'} word={t(`state.${state}`)} />
      {message ? <span className={classes.warning}>{message}</span> : null}
      <span className={classes.push} />
      {oldestAt === null ? null : (
        <span className="dim">
          {t('line.since')} <span className="mono">{formatDateTime(oldestAt, timezone)}</span>
        </span>
      )}
      {enabled ? <span className="dim">{t('line.keep', { count: keepDays })}</span> : null}
      <span className="dim">
        {t('line.size')}{' '}
        <span className="mono">{t('line.of', { size: formatBytes(bytes), most: `${maxGigabytes} GB` })}</span>
      </span>
      {fileBytes > 0 ? (
        <span className="dim">
          {t('line.files')} <span className="mono">{formatBytes(fileBytes)}</span>
        </span>
      ) : null}
      {freeBytes === null ? null : (
        <span className="dim">
          {t('line.free')} <span className="mono">{formatBytes(freeBytes)}</span>
        </span>
      )}
    </div>
  )
}
