// What the station heard when it listened to its own output, in one line.
import type { Output } from '@contract/outputs'
import { useTranslation } from 'react-i18next'
import { stationNow } from '../../client'
import { useTopic } from '../../stores'
import { formatClock, formatLevel, LiveText } from '../../ui'
import classes from './outputs.module.css'

export function HeardLine({ heard }: { heard: Output['heard'] }) {
  const { t } = useTranslation('outputs')
  const { timezone } = useTopic('station')
  if (!heard) return null
  const { checkedAt, lastOutage, levelLu, since, verdict } = heard
  const level = levelLu === null ? '' : ` · ${t('heard.level', { level: formatLevel(levelLu) })}`
  const ago = () => Math.max(0, Math.round((stationNow() - checkedAt) / 1000))
  return (
    <>
      <div className={classes.small} data-bad={since !== null || undefined} title={t('heard.hint')}>
        <LiveText text={() => `${t(`heard.verdict.${verdict}`)}${level} · ${t('heard.ago', { count: ago() })}`} />
      </div>
      {lastOutage === null || since !== null ? null : (
        <div className={classes.small} data-warn>
          {t('heard.without', {
            count: lastOutage.seconds,
            time: formatClock(lastOutage.endedAt, timezone, false),
            verdict: t(`heard.was.${lastOutage.verdict}`),
          })}
        </div>
      )}
    </>
  )
}
