// The settings of the engine, generated from its table: one group or what a search finds, saved whole.
import type { SettingView } from '@contract/station'
import { Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearchOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../stores'
import { EmptyState, formatCount, SectionTitle, showDone } from '../../ui'
import { labelOf, SettingRow, sentenceOf } from './setting-row'
import classes from './settings.module.css'
import { type EditedSetting, type SettingsEdits, useSettingsEdits } from './settings-store'

export interface SettingsFormProps {
  views: SettingView[]
  group: string
  search: string
  onSaved(views: SettingView[]): void
  onClearSearch(): void
}

export function SettingsForm({ views, group, search, onSaved, onClearSearch }: SettingsFormProps) {
  const { t } = useTranslation('settings')
  const readOnly = !useMay()('owner')
  const edits = useSettingsEdits(views, onSaved)
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = ({ setting }: EditedSetting) => {
    if (words.length === 0) return setting.group === group
    const text =
      `${setting.key} ${labelOf(t, setting.key)} ${sentenceOf(t, setting.key, setting.sentence)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const shown = edits.settings.filter(fits)
  const groups = [...new Set(shown.map(({ setting }) => setting.group))]
  return (
    <>
      <div className={classes.scroll}>
        {readOnly ? <p className={classes.hint}>{t('readOnly')}</p> : null}
        {shown.length === 0 ? (
          <EmptyState
            icon={IconSearchOff}
            title={t('noMatch.title')}
            hint={t('noMatch.text')}
            action={<Button onClick={onClearSearch}>{t('noMatch.clear')}</Button>}
          />
        ) : null}
        {groups.map((name) => (
          <section key={name} className={classes.section}>
            <SectionTitle>{t(`group.${name}`)}</SectionTitle>
            {shown
              .filter(({ setting }) => setting.group === name)
              .map((edited) => (
                <SettingRow
                  key={edited.setting.key}
                  edited={edited}
                  readOnly={readOnly}
                  onEdit={(input) => edits.edit(edited.setting.key, input)}
                />
              ))}
          </section>
        ))}
      </div>
      {edits.changedCount > 0 ? <SaveBar edits={edits} /> : null}
    </>
  )
}

function SaveBar({ edits }: { edits: SettingsEdits }) {
  const { t, i18n } = useTranslation('settings')
  const { changedCount, problemCount } = edits
  const restarts = new Set(edits.settings.flatMap(({ changed, setting }) => (changed ? (setting.restarts ?? []) : [])))
  const list = new Intl.ListFormat(i18n.language).format([...restarts].map((what) => t(`restarts.${what}`)))
  const save = async () => {
    if (problemCount === 0 && (await edits.save())) showDone(t('saved'))
  }
  useHotkeys([['mod+S', () => void save()]], [])
  return (
    <footer className={classes.bar}>
      <span aria-live="polite">
        <strong>{t('bar.changed', { count: changedCount, formatted: formatCount(changedCount) })}</strong>{' '}
        {problemCount > 0 ? (
          <span className={classes.problem}>
            {t('bar.problems', { count: problemCount, formatted: formatCount(problemCount) })}
          </span>
        ) : restarts.size > 0 ? (
          <span className="dim">{t('bar.restarts', { list })}</span>
        ) : null}
      </span>
      <span className={classes.push} />
      <Button onClick={edits.discard}>{t('bar.discard')}</Button>
      <Button variant="filled" disabled={problemCount > 0} loading={edits.saving} onClick={() => void save()}>
        {t('bar.save')}
      </Button>
    </footer>
  )
}
