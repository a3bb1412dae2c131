// The live screen: who is connected, who may connect, the RTMP server and how to reach it.
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { Guests } from './guests'
import { HowToConnect } from './how-to-connect'
import classes from './live.module.css'
import { Presenters } from './presenters'
import { RtmpServer } from './rtmp-server'
import { Sources } from './sources'

export function LiveScreen() {
  const { t } = useTranslation('live')
  const live = useTopic('live')
  return (
    <div className={classes.screen}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <div className={classes.column}>
        <Sources live={live} />
        <Guests sources={live.sources} />
        <Presenters sources={live.sources} />
      </div>
      <div className={classes.column}>
        <RtmpServer rtmp={live.rtmp} sourceCount={live.sources.length} />
        <HowToConnect live={live} />
      </div>
    </div>
  )
}
