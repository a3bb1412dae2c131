// Off air: one big button, and what will play when it is pressed.
import { Button } from '@mantine/core'
import { IconBroadcast } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { KeyHint } from '../../ui'
import classes from './now-panel.module.css'

export function OffAirPanel() {
  const { t } = useTranslation('on-air')
  const air = useTopic('air')
  const queue = useTopic('queue')
  const library = useTopic('library')
  const may = useMay()
  const [start, starting] = useAction(() => client.playout.start())
  const next = air.next ?? queue[0]
  const hint = next
    ? t('off.next', { title: next.title, artist: next.artist })
    : library.playableCount > 0
      ? t('off.noQueue')
      : t('off.nothing')
  return (
    <section className={classes.off} aria-label={t('now.label')}>
      <Button
        className={classes.bigButton}
        styles={{ label: { fontSize: 20, fontWeight: 700 } }}
        variant="filled"
        color="red.7"
        loading={starting}
        disabled={!may('presenter')}
        leftSection={<IconBroadcast size={28} />}
        onClick={() => void start()}
      >
        {t('off.start')}
        <KeyHint>O</KeyHint>
      </Button>
      <div className={classes.offWords}>
        <p className={classes.offTitle}>{t('off.title')}</p>
        <p className="dim" style={{ margin: 0 }}>
          {may('presenter') ? hint : t('off.viewer')}
        </p>
      </div>
    </section>
  )
}
