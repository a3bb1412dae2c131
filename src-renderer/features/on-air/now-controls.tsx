// Stop (asks), fade now, skip; and handing back from a live source.
import type { Air } from '@contract/playout'
import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay } from '../../stores'
import { ConfirmButton, KeyHint } from '../../ui'
import { useDesk } from './desk-store'
import classes from './now-panel.module.css'

export function NowControls({ air }: { air: Air }) {
  const { t } = useTranslation('on-air')
  const may = useMay()
  const { stopAsked, askStop } = useDesk()
  const [stop, stopping] = useAction(() => client.playout.stop())
  const [fade, fading] = useAction(() => client.playout.fade())
  const [skip, skipping] = useAction(() => client.playout.skip())
  const [release, releasing] = useAction(() => client.live.release())
  if (!may('presenter')) return null
  return (
    <div className={classes.controls}>
      <ConfirmButton
        variant="danger"
        loading={stopping}
        question={t('control.stopQuestion')}
        confirm={t('control.stopConfirm')}
        onConfirm={() => void stop()}
        opened={stopAsked}
        onOpenedChange={askStop}
      >
        {t('control.stop')}
        <KeyHint>X</KeyHint>
      </ConfirmButton>
      {air.live ? (
        <Button variant="filled" loading={releasing} onClick={() => void release()}>
          {t('control.release')}
        </Button>
      ) : null}
      <Button loading={fading} onClick={() => void fade()}>
        {t('control.fade')}
        <KeyHint>F</KeyHint>
      </Button>
      <Button loading={skipping} onClick={() => void skip()}>
        {t('control.skip')}
        <KeyHint>→</KeyHint>
      </Button>
    </div>
  )
}
