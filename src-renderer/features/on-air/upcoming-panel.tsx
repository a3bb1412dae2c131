// NEXT and PLAYED, one panel with two tabs.
import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { PlayedLog } from './played-log'
import { Queue } from './queue'
import classes from './queue.module.css'

export function UpcomingPanel() {
  const { t } = useTranslation('on-air')
  const queue = useTopic('queue')
  return (
    <section className={classes.panel} aria-label={t('queue.label')}>
      <Tabs defaultValue="next" className={classes.tabs} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="next">
            {t('queue.next')} <span className="faint">{queue.length}</span>
          </Tabs.Tab>
          <Tabs.Tab value="played">{t('queue.played')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="next" className={classes.tab}>
          <Queue />
        </Tabs.Panel>
        <Tabs.Panel value="played" className={classes.tab}>
          <PlayedLog />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}
