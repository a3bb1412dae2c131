// Language and colours of this window; nothing of it is kept by the station.
import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type Language, languages, setLanguage } from '../../i18n'
import { SectionTitle } from '../../ui'
import classes from './settings.module.css'

const themes = ['dark', 'light', 'auto'] as const

export function Appearance() {
  const { t, i18n } = useTranslation('settings')
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className={classes.scroll}>
      <section className={classes.section}>
        <SectionTitle>{t('group.appearance')}</SectionTitle>
        <div className={classes.row}>
          <div className={classes.words}>
            <span className={classes.label}>{t('appearance.language')}</span>
            <span className={classes.sentence}>{t('appearance.languageHint')}</span>
          </div>
          <SegmentedControl
            className={classes.choice}
            aria-label={t('appearance.language')}
            value={i18n.language}
            onChange={(language) => void setLanguage(language as Language)}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          />
        </div>
        <div className={classes.row}>
          <div className={classes.words}>
            <span className={classes.label}>{t('appearance.theme')}</span>
            <span className={classes.sentence}>{t('appearance.themeHint')}</span>
          </div>
          <SegmentedControl
            className={classes.choice}
            aria-label={t('appearance.theme')}
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
            data={themes.map((value) => ({ value, label: t(`appearance.themes.${value}`) }))}
          />
        </div>
      </section>
    </div>
  )
}
