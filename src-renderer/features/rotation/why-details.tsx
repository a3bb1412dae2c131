// Why this one: the decision behind an item of the queue or the log, in plain words.
import type { Break, Trace, Why } from '@contract/rotation'
import { useTranslation } from 'react-i18next'
import { client, describeError, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatClock, LoadingState } from '../../ui'
import classes from './rotation.module.css'

export interface WhyDetailsProps {
  of: 'queue' | 'log'
  id: number
  /** Shown where the station kept no trace. */
  otherwise: string
}

export function WhyDetails({ of, id, otherwise }: WhyDetailsProps) {
  const why = useRemote((signal): Promise<Why> => client.rotation.why[of]({ id }, { signal }), [of, id])
  if (!why.data) return why.error ? <p className="dim">{describeError(why.error)}</p> : <LoadingState />
  const { reason, trace } = why.data
  return (
    <div className={classes.why}>
      <strong>{reason}</strong>
      {trace ? <Decision trace={trace} /> : <p className="dim">{otherwise}</p>}
    </div>
  )
}

function Decision({ trace }: { trace: Trace }) {
  const { t } = useTranslation('rotation')
  const { timezone } = useTopic('station')
  const { again, list, place, round, rule } = trace.chosen
  const broken = (one: Break) =>
    t(`why.${one.other}`, {
      rule: t(`ruleName.${one.rule}`),
      value: one.value,
      ago: Math.floor(one.agoMinutes),
      wanted: one.wantedMinutes,
    })
  return (
    <>
      <p>
        {t(rule === 'standard' ? 'why.byWeight' : 'why.due', { list })}{' '}
        {t(again ? 'why.again' : 'why.place', { place, round, count: trace.candidates })}{' '}
        {t('why.at', { time: formatClock(trace.at, timezone) })}
      </p>
      {trace.relaxed.length > 0 ? (
        <p className={classes.relaxed}>{t('why.relaxed', { what: trace.relaxed.map(broken).join('; ') })}</p>
      ) : null}
      <h4>{t('why.rules')}</h4>
      <ul>
        {trace.rules.map((one) => (
          <li key={one.rule}>
            {t('why.fellOut', { rule: t(`ruleName.${one.rule}`), wanted: one.wantedMinutes, count: one.fellOut })}
            {one.examples.map((example) => (
              <span key={example.trackId} className="dim">
                {example.title}: {broken(example)}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <h4>{t('why.lists')}</h4>
      <ul>
        {trace.lists.map((one) => (
          <li key={one.playlistId}>
            {t('why.list', { name: one.name, rule: t(`rule.${one.rule}`), state: t(`why.state.${one.state}`) })}
            {one.rule === 'standard' ? (
              <span className="dim">{t('why.credit', { weight: one.weight, credit: one.credit })}</span>
            ) : (
              <span className="dim">{one.text}</span>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
