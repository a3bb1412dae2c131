// One setting: its name and sentence, the field, and what there is to know about its value.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconLock, IconRefresh } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { FieldInput } from './field-input'
import type { FieldProblem } from './setting-field'
import classes from './settings.module.css'
import type { EditedSetting } from './settings-store'

export interface SettingRowProps {
  edited: EditedSetting
  readOnly: boolean
  onEdit(input: unknown): void
}

/** The sentence in the person's language; English comes from the engine's own table. */
export const sentenceOf = (t: TFunction<'settings'>, key: string, english: string): string =>
  t(`sentence.${key}`, { defaultValue: english })

export const labelOf = (t: TFunction<'settings'>, key: string): string => t(`label.${key}`, { defaultValue: key })

export function SettingRow({ edited, readOnly, onEdit }: SettingRowProps) {
  const { t } = useTranslation('settings')
  const { setting, changed, problem, refused } = edited
  const { key, locked, source, restarts, unit } = setting
  const label = labelOf(t, key)
  const notes = `setting-${key}`
  const atDefault = Object.is(edited.input, setting.default)
  return (
    <div className={classes.row} data-changed={changed || undefined}>
      <div className={classes.words}>
        <span className={classes.label}>{label}</span>
        <span className={classes.sentence}>{sentenceOf(t, key, setting.sentence)}</span>
      </div>
      <div className={classes.value}>
        <div className={classes.field}>
          <FieldInput edited={edited} label={label} describedBy={notes} disabled={readOnly} onEdit={onEdit} />
        </div>
        <div className={classes.notes} id={notes}>
          {refused ? <span className={classes.problem}>{refused}</span> : null}
          {problem ? <span className={classes.problem}>{problemText(t, problem)}</span> : null}
          {locked && (source === 'flag' || source === 'environment') ? (
            <span className={classes.locked}>
              <IconLock size={12} aria-hidden="true" /> {t(`locked.${source}`)}
            </span>
          ) : null}
          {atDefault || locked ? null : <span>{t('default', { value: valueText(t, setting.default, unit) })}</span>}
          {changed && restarts ? (
            <span className={classes.restarts}>
              <IconRefresh size={12} aria-hidden="true" /> {t(`restarts.${restarts}`)}
            </span>
          ) : null}
        </div>
      </div>
      {atDefault || locked || readOnly ? (
        <span />
      ) : (
        <Tooltip label={t('reset', { setting: label })}>
          <ActionIcon
            size={24}
            mt={6}
            onClick={() => onEdit(setting.default)}
            aria-label={t('reset', { setting: label })}
          >
            <IconArrowBackUp size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
}

function problemText(t: TFunction<'settings'>, problem: FieldProblem): string {
  return t(`problem.${problem.code}`, { ...problem })
}

function valueText(t: TFunction<'settings'>, value: unknown, unit: string | null): string {
  if (value === '' || value === null) return t('empty')
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no')
  const text =
    typeof value === 'string' ? t(`choice.${value}`, { defaultValue: value }) : String(value).replace('-', '−')
  return unit ? `${text} ${unit}` : text
}
