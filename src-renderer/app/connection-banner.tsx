// Says that what is seen is old, and that the studio connects again by itself.
import { Button } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { reconnectNow, useConnection } from '../client'
import { formatElapsed, LiveText } from '../ui'
import classes from './frame.module.css'

export function ConnectionBanner() {
  const { t } = useTranslation('app')
  const { state, lostAt } = useConnection()
  if (state === 'online' || lostAt === null) return null
  return (
    <div className={classes.banner} role="alert">
      <IconPlugConnectedX size={18} aria-hidden="true" />
      <span>{t('offline.message')}</span>
      <LiveText className="mono" text={() => formatElapsed(Date.now() - lostAt)} />
      <Button size="compact-sm" onClick={reconnectNow}>
        {t('offline.now')}
      </Button>
    </div>
  )
}
