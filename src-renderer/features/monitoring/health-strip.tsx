// Is the station well? One sentence, and a word for each component.
import { componentNames } from '@contract/monitoring'
import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { StatusDot, type Tone } from '../../ui'
import classes from './monitoring.module.css'

const tones = { ok: 'good', degraded: 'warning', down: 'bad' } as const satisfies Record<string, Tone>

export function HealthStrip() {
  const { t } = useTranslation('monitoring')
  const health = useTopic('health')
  return (
    <section className={classes.health} data-status={health.status}>
      <strong aria-live="polite">
        <StatusDot tone={tones[health.status]} word={t(`status.${health.status}`)} />
      </strong>
      <ul className={classes.components}>
        {componentNames.map((name) => {
          const { status, message } = health.components[name]
          const word = t(`componentStatus.${status}`)
          return (
            <Tooltip key={name} label={message ?? word} multiline maw={320}>
              <li data-status={status}>
                <StatusDot tone={tones[status]} word={word} quiet />
                {t(`component.${name}`)}
                {status === 'ok' ? null : <span className={classes.small}>{word}</span>}
              </li>
            </Tooltip>
          )
        })}
      </ul>
    </section>
  )
}
