// The on-air desk: what plays, what comes next, what goes out, who is live, what listeners hear.
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { CartWall } from '../carts'
import { TalkPanel } from '../talk'
import { FileDrop } from './file-drop'
import { FirstRun } from './first-run'
import { GoingOut } from './going-out'
import { HlsPreview } from './hls-preview'
import { LiveSources } from './live-sources'
import { NowPanel } from './now-panel'
import classes from './on-air.module.css'
import { ProgramMeters } from './program-meters'
import { UpcomingPanel } from './upcoming-panel'

export function OnAirScreen() {
  const { t } = useTranslation('on-air')
  const { onAir } = useTopic('air')
  const { trackCount } = useTopic('library')
  const queue = useTopic('queue')
  const empty = !onAir && trackCount === 0 && queue.length === 0
  return (
    <FileDrop>
      <div className={classes.desk}>
        <h1 className="visually-hidden">{t('title')}</h1>
        <div className={classes.center}>
          {empty ? (
            <FirstRun />
          ) : (
            <>
              <NowPanel />
              <UpcomingPanel />
              <CartWall />
            </>
          )}
        </div>
        <aside className={classes.side} aria-label={t('side')}>
          <ProgramMeters />
          <GoingOut />
          <TalkPanel />
          <LiveSources />
          <HlsPreview />
        </aside>
      </div>
    </FileDrop>
  )
}
