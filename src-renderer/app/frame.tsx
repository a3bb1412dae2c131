// What is always there: the bar on top, the rail, the banner when the connection is lost, and the screen between.
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '../client'
import { LoadingState } from '../ui'
import { Announcer } from './announcer'
import { ConnectionBanner } from './connection-banner'
import { ScreenBoundary } from './error-boundary'
import classes from './frame.module.css'
import { useRoute } from './router'
import { pages, screens } from './screens'
import { useCommandKeys } from './shortcuts'
import { TopBar } from './top-bar'

const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }))

export function Frame() {
  const { t } = useTranslation('app')
  const route = useRoute()
  const stale = useConnection((connection) => connection.state !== 'online')
  const page = pages.find(({ path }) => path === route.path[0])
  const active = page ?? screens.find(({ path }) => path === route.path[0]) ?? screens[0]
  const current = page?.under ?? active?.path
  useCommandKeys()

  return (
    <div className={classes.frame}>
      <button type="button" className={classes.skip} onClick={() => document.getElementById('main')?.focus()}>
        {t('skipToContent')}
      </button>
      <TopBar />
      <ConnectionBanner />
      <nav className={classes.rail} aria-label={t('rail')}>
        {screens.map(({ path, icon: Icon, name }) => (
          <a key={path} href={`#/${path}`} aria-current={path === current ? 'page' : undefined}>
            <Icon size={20} stroke={1.6} aria-hidden="true" />
            {t(name)}
          </a>
        ))}
      </nav>
      <main id="main" className={classes.main} data-stale={stale || undefined} tabIndex={-1}>
        <ScreenBoundary key={active?.path ?? ''}>
          <Suspense fallback={<LoadingState />}>{active ? <active.component /> : null}</Suspense>
        </ScreenBoundary>
      </main>
      <Announcer />
      <Suspense>
        <Palette />
      </Suspense>
    </div>
  )
}
