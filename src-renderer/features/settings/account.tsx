// Who sits here, and the way out.
import { Button } from '@mantine/core'
import { IconExternalLink, IconLogout } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { dropConnection, postJson, useAction } from '../../client'
import { useMe } from '../../stores'
import { LoadingState, SectionTitle } from '../../ui'
import { Facts } from '../../ui/facts'
import classes from './settings.module.css'

export function Account() {
  const { t } = useTranslation('settings')
  const me = useMe()
  const [signOut, asked] = useAction(async () => {
    await postJson('/api/auth/sign-out')
    dropConnection()
  })
  if (!me) return <LoadingState />
  return (
    <div className={classes.scroll}>
      <section className={`${classes.section} ${classes.narrow}`}>
        <SectionTitle>{t('group.account')}</SectionTitle>
        <Facts
          facts={[
            [t('account.name'), me.name],
            [t('account.role'), t(`account.roles.${me.role}`)],
            [t('account.via'), t(`account.vias.${me.via}`)],
          ]}
        />
        {me.via === 'desktop' ? <p className={classes.hint}>{t('account.desktopHint')}</p> : null}
        <div className={classes.buttons}>
          {me.via === 'session' ? (
            <Button leftSection={<IconLogout size={16} />} loading={asked} onClick={() => void signOut()}>
              {t('account.signOut')}
            </Button>
          ) : null}
          <Button
            component="a"
            href="/api/docs"
            target="_blank"
            rel="noreferrer"
            leftSection={<IconExternalLink size={16} />}
          >
            {t('account.docs')}
          </Button>
        </div>
      </section>
    </div>
  )
}
