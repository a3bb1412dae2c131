// Where in Telegram the server address and the stream key are found, drawn as the dialogue they stand in.
import { useTranslation } from 'react-i18next'
import { SectionTitle } from '../../ui'
import classes from './outputs.module.css'

export function TelegramGuide() {
  const { t } = useTranslation('outputs')
  return (
    <section className={classes.guide}>
      <div>
        <SectionTitle>{`1 · ${t('telegram.step1')}`}</SectionTitle>
        <ol className={classes.steps}>
          <li>{t('telegram.open')}</li>
          <li>{t('telegram.menu')}</li>
          <li>{t('telegram.copy')}</li>
          <li>{t('telegram.press')}</li>
        </ol>
        <p className={classes.small}>
          {t('telegram.people')} {t('telegram.revoke')}
        </p>
      </div>
      <div className={classes.phone} aria-hidden="true">
        <b>{t('telegram.dialogTitle')}</b>
        <span>{t('telegram.dialogServer')}</span>
        <code>rtmps://dc4-1.rtmp.t.me/s/</code>
        <span>{t('telegram.dialogKey')}</span>
        <code>2042161…:Ab_c-9f…</code>
        <i>{t('telegram.dialogStart')}</i>
      </div>
    </section>
  )
}
