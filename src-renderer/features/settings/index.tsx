// The settings screen: sections on the left; the engine's own settings are generated from its table.
import { CloseButton, NavLink, TextInput } from '@mantine/core'
import {
  IconBroadcast,
  IconKey,
  IconMicrophone2,
  IconMusic,
  IconNetwork,
  IconPalette,
  IconPlayerPlay,
  IconSearch,
  IconServerCog,
  IconUpload,
  IconUser,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { navigate, useRoute } from '../../app/router'
import { describeError } from '../../client'
import { ErrorState, LoadingState } from '../../ui'
import { Account } from './account'
import { ApiKeys } from './api-keys'
import { Appearance } from './appearance'
import classes from './settings.module.css'
import { SettingsForm } from './settings-form'
import { useSettings } from './settings-store'

const groups = {
  station: IconBroadcast,
  network: IconNetwork,
  playout: IconPlayerPlay,
  outputs: IconUpload,
  live: IconMicrophone2,
  library: IconMusic,
  system: IconServerCog,
} as const
const own = { appearance: IconPalette, keys: IconKey, account: IconUser } as const
const sections = { ...groups, ...own }
type Section = keyof typeof sections

export function SettingsScreen() {
  const { t } = useTranslation('settings')
  const route = useRoute()
  const [search, setSearch] = useState('')
  const wanted = route.path[1] as Section | undefined
  const section: Section = wanted && wanted in sections ? wanted : 'station'
  const open = (name: Section) => {
    setSearch('')
    navigate(`/settings/${name}`)
  }
  return (
    <div className={classes.screen}>
      <nav className={classes.nav} aria-label={t('sections')}>
        <h1 className={classes.title}>{t('title')}</h1>
        <TextInput
          size="xs"
          type="search"
          className={classes.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={14} />}
          rightSection={
            search === '' ? null : (
              <CloseButton size="xs" onClick={() => setSearch('')} aria-label={t('noMatch.clear')} />
            )
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {(Object.keys(sections) as Section[]).map((name) => {
          const Picture = sections[name]
          return (
            <NavLink
              key={name}
              component="button"
              type="button"
              className={classes.link}
              data-first-own={name === 'appearance' || undefined}
              active={search === '' && name === section}
              aria-current={search === '' && name === section ? 'page' : undefined}
              label={t(`group.${name}`)}
              leftSection={<Picture size={16} stroke={1.6} />}
              onClick={() => open(name)}
            />
          )
        })}
      </nav>
      <section className={classes.main}>
        <Section section={section} search={search} onClearSearch={() => setSearch('')} />
      </section>
    </div>
  )
}

interface SectionProps {
  section: Section
  search: string
  onClearSearch(): void
}

function Section({ section, search, onClearSearch }: SectionProps) {
  const { t } = useTranslation('settings')
  const settings = useSettings()
  const generated = search !== '' || section in groups
  if (!generated)
    return { appearance: <Appearance />, keys: <ApiKeys />, account: <Account /> }[section as keyof typeof own]
  if (settings.error && !settings.data) {
    return <ErrorState message={describeError(settings.error)} effect={t('error.effect')} onRetry={settings.reload} />
  }
  if (!settings.data) return <LoadingState />
  return (
    <SettingsForm
      views={settings.data}
      group={section}
      search={search}
      onSaved={settings.replace}
      onClearSearch={onClearSearch}
    />
  )
}
