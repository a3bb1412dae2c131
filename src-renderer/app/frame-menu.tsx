// Language, light or dark, the keys, and the way out.
import { ActionIcon, Menu, Modal, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconDotsVertical,
  IconExternalLink,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { desktop, dropConnection, postJson, useAction } from '../client'
import { type Language, languages, setLanguage } from '../i18n'
import { useMe, useTopic } from '../stores'
import { KeyTable } from './key-table'

export function FrameMenu() {
  const { t, i18n } = useTranslation('app')
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('dark')
  const me = useMe()
  const { listenUrl } = useTopic('station')
  const [keysShown, setKeysShown] = useState(false)
  const [signOut] = useAction(async () => {
    await postJson('/api/auth/sign-out')
    dropConnection()
  })
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon size={30} aria-label={t('menu.open')}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {me && me.via === 'session' ? <Menu.Label>{t('menu.signedInAs', { name: me.name })}</Menu.Label> : null}
          <Menu.Item
            leftSection={<IconExternalLink size={16} />}
            component="a"
            href={listenUrl}
            target="_blank"
            rel="noreferrer"
          >
            {t('menu.playerPage')}
          </Menu.Item>
          <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={() => setKeysShown(true)}>
            {t('menu.keys')}
          </Menu.Item>
          <Menu.Item
            leftSection={scheme === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />}
            onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
          >
            {scheme === 'dark' ? t('menu.light') : t('menu.dark')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('menu.language')}</Menu.Label>
          {Object.entries(languages).map(([code, name]) => (
            <Menu.Item
              key={code}
              lang={code}
              leftSection={i18n.language === code ? <IconCheck size={16} /> : <IconLanguage size={16} />}
              onClick={() => void setLanguage(code as Language)}
            >
              {name}
            </Menu.Item>
          ))}
          {desktop() || me?.via !== 'session' ? null : (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
                {t('menu.signOut')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={keysShown} onClose={() => setKeysShown(false)} title={t('keys.title')}>
        <KeyTable />
      </Modal>
    </>
  )
}
