// Incidents: what happened, what it does to the air, what to do, and a way there.
import type { Incident } from '@contract/monitoring'
import { Button, SegmentedControl } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, stationNow, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, ErrorState, formatCount, LoadingState, showDone, Tag } from '../../ui'
import { formatAgo } from '../../ui/relative-time'
import { useNow } from '../../ui/use-now'
import classes from './monitoring.module.css'

const tagTones = { notice: 'plain', degraded: 'warning', fatal: 'bad' } as const
/** Where the cause of an incident of an area can be dealt with. */
const places: Record<string, 'library' | 'outputs' | 'live' | 'settings'> = {
  library: 'library',
  outputs: 'outputs',
  live: 'live',
  storage: 'settings',
  system: 'settings',
}

export function Incidents() {
  const { t } = useTranslation('monitoring')
  const [shown, setShown] = useState<'open' | 'all'>('open')
  const open = useTopic('incidents')
  const all = useRemote((signal) => client.monitoring.incidents.list({ state: 'all' }, { signal }), [open])
  const list = shown === 'open' ? open : all.data
  return (
    <div className={classes.incidents}>
      <SegmentedControl
        size="xs"
        className={classes.filter}
        aria-label={t('incidents.title')}
        value={shown}
        onChange={(value) => setShown(value as 'open' | 'all')}
        data={[
          { value: 'open', label: t('incidents.open') },
          { value: 'all', label: t('incidents.all') },
        ]}
      />
      {shown === 'all' && all.error && !list ? (
        <ErrorState message={describeError(all.error)} onRetry={all.reload} />
      ) : !list ? (
        <LoadingState />
      ) : list.length === 0 ? (
        <EmptyState icon={IconCircleCheck} title={t('incidents.none.title')} hint={t('incidents.none.text')} />
      ) : (
        list.map((incident) => <IncidentCard key={incident.id} incident={incident} />)
      )}
    </div>
  )
}

function IncidentCard({ incident }: { incident: Incident }) {
  const { t, i18n } = useTranslation('monitoring')
  const { id, area, severity, cause, effect, count, firstAt, lastAt, resolvedAt } = incident
  const [resolve, resolving] = useAction(async () => {
    await client.monitoring.incidents.resolve({ id })
    showDone(t('incidents.resolvedDone'))
  })
  const ago = (at: number) => formatAgo(at, stationNow(), i18n.language)
  const place = places[area]
  return (
    <article className={classes.incident} data-severity={severity} data-resolved={resolvedAt !== null || undefined}>
      <header>
        <Tag tone={tagTones[severity]}>{t(`incidents.severity.${severity}`)}</Tag>
        <strong>{cause}</strong>
      </header>
      <dl>
        <dt>{t('incidents.effect')}</dt>
        <dd>{effect}</dd>
        <dt>{t('incidents.doNext')}</dt>
        <dd>
          <Recovery incident={incident} />
        </dd>
      </dl>
      <footer>
        <span className={classes.small}>
          {[
            area,
            t('incidents.times', { count, formatted: formatCount(count) }),
            t('incidents.first', { when: ago(firstAt) }),
            resolvedAt === null
              ? t('incidents.last', { when: ago(lastAt) })
              : t('incidents.resolved', { when: ago(resolvedAt) }),
          ].join(' · ')}
        </span>
        {resolvedAt === null ? (
          <div className={classes.incidentActions}>
            {place ? (
              <Button size="xs" component="a" href={`#/${place}`}>
                {t(`incidents.goto.${place}`)}
              </Button>
            ) : null}
            <Button size="xs" loading={resolving} onClick={() => void resolve()}>
              {t('incidents.resolve')}
            </Button>
          </div>
        ) : null}
      </footer>
    </article>
  )
}

function Recovery({ incident }: { incident: Incident }) {
  const { t } = useTranslation('monitoring')
  const now = useNow()
  const { kind, retryAt, action } = incident.recovery
  const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - now) / 1000))
  const words = [
    action,
    kind === 'fallback' ? t('incidents.fallback') : null,
    action === null && kind !== 'fallback' ? t('incidents.selfHealing') : null,
    seconds === null || incident.resolvedAt !== null ? null : t('incidents.retryIn', { seconds }),
  ]
  return <>{words.filter(Boolean).join(' · ')}</>
}
