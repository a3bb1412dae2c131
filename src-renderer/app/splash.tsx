// Before the first snapshot: the mark, and after a while what the matter is.
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { reconnectNow, useConnection } from '../client'
import { LoadingState } from '../ui'
import { Mark } from './mark'
import classes from './splash.module.css'

export function Splash() {
  const { t } = useTranslation('app')
  const offline = useConnection((connection) => connection.state === 'offline')
  return (
    <main className={classes.splash}>
      <Mark />
      {offline ? (
        <>
          <p role="alert">{t('offline.never')}</p>
          <Button onClick={reconnectNow}>{t('offline.now')}</Button>
        </>
      ) : (
        <LoadingState />
      )}
    </main>
  )
}
