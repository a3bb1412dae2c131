// The outputs screen: the streams listeners connect to, the preview of one, and the destinations.
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { formatCount, SectionTitle } from '../../ui'
import { Destinations } from './destinations'
import { HlsMonitor } from './hls-monitor'
import { OutputCard } from './output-card'
import classes from './outputs.module.css'

export function OutputsScreen() {
  const { t } = useTranslation('outputs')
  const { outputs, destinations } = useTopic('outputs')
  const { total } = useTopic('listeners')
  return (
    <div className={classes.screen}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <div className={classes.titleRow}>
        <SectionTitle>{t('streams')}</SectionTitle>
        <span className="dim">{t('total', { count: total, formatted: formatCount(total) })}</span>
      </div>
      <div className={classes.cards}>
        {outputs.map((output) => (
          <OutputCard key={output.id} output={output} />
        ))}
        <HlsMonitor />
      </div>
      <Destinations destinations={destinations} />
    </div>
  )
}
