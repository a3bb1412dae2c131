// The monitoring screen: health, readings, services, incidents, logs, backups.
import { Tabs } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { navigate, useRoute } from '../../app/router'
import { useTopic } from '../../stores'
import { formatCount } from '../../ui'
import { Loudness } from '../loudness'
import { Backups } from './backups'
import { Drills } from './drills'
import { HealthStrip } from './health-strip'
import { Incidents } from './incidents'
import { Logs } from './logs'
import classes from './monitoring.module.css'
import { Overview } from './overview'

const tabs = ['overview', 'loudness', 'incidents', 'logs', 'backups', 'drills'] as const
type TabName = (typeof tabs)[number]

const panels: Record<TabName, () => React.ReactNode> = {
  overview: () => <Overview />,
  loudness: () => <Loudness />,
  incidents: () => <Incidents />,
  logs: () => <Logs />,
  backups: () => <Backups />,
  drills: () => <Drills />,
}

export function MonitoringScreen() {
  const { t } = useTranslation('monitoring')
  const route = useRoute()
  const openIncidents = useTopic('incidents').length
  const tab = tabs.find((name) => name === route.path[1]) ?? 'overview'
  return (
    <div className={classes.screen}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <HealthStrip />
      <Tabs
        value={tab}
        onChange={(name) => navigate(`/monitoring/${name}`)}
        className={classes.tabs}
        keepMounted={false}
      >
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tabs.${name}`)}
              {name === 'incidents' && openIncidents > 0 ? <IncidentCount count={openIncidents} t={t} /> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((name) => (
          <Tabs.Panel key={name} value={name} className={classes.tabPanel} tabIndex={0}>
            {panels[name]()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </div>
  )
}

function IncidentCount({ count, t }: { count: number; t: TFunction<'monitoring'> }) {
  return (
    <span className={classes.badge}>
      <span aria-hidden="true">{formatCount(count)}</span>
      <span className="visually-hidden">{`${formatCount(count)} ${t('incidents.open')}`}</span>
    </span>
  )
}
