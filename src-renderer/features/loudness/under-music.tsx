// Says of a live source that it can hardly be heard over the music; nothing while it can.
import { useTranslation } from 'react-i18next'
import { useMeterLane } from '../../stores'
import { formatLevel, LiveText, steadily } from '../../ui'
import classes from './loudness.module.css'

export function UnderMusic({ sourceId }: { sourceId: string | null }) {
  const { t } = useTranslation('loudness')
  const lane = useMeterLane()
  const underLu = () => lane.latest?.live.find((reading) => reading.sourceId === sourceId)?.underMusicLu ?? null
  return (
    <LiveText
      className={classes.underMusic}
      title={t('underMusicHint')}
      text={steadily(() => {
        const lu = underLu()
        return lu === null ? '' : t('underMusic', { lu: formatLevel(lu) })
      })}
    />
  )
}
