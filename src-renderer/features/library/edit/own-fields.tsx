// Values of the station's own fields, each with the input its type asks for.
import type { CustomField } from '@contract/metadata'
import { SegmentedControl, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { SectionTitle } from '../../../ui'
import { useCustomFields } from '../metadata/field-names'
import type { TrackDraft } from '../track-draft'
import classes from './edit.module.css'

interface OwnFieldsProps {
  draft: TrackDraft
  onDraft(draft: TrackDraft): void
}

/** Nothing where the station has no field of its own. */
export function OwnFields({ draft, onDraft }: OwnFieldsProps) {
  const { t } = useTranslation('metadata')
  const { data } = useCustomFields()
  if (!data || data.length === 0) return null
  return (
    <section className={classes.section}>
      <SectionTitle>{t('own.title')}</SectionTitle>
      <div className={classes.fields}>
        {data.map((field) => (
          <OwnField
            key={field.key}
            field={field}
            value={draft.custom[field.key] ?? ''}
            onValue={(value) => onDraft({ ...draft, custom: { ...draft.custom, [field.key]: value } })}
          />
        ))}
      </div>
    </section>
  )
}

export interface OwnFieldProps {
  field: CustomField
  value: string
  onValue(value: string): void
  placeholder?: string
}

export function OwnField({ field, value, onValue, placeholder }: OwnFieldProps) {
  const { t } = useTranslation('metadata')
  if (field.type === 'flag') {
    return (
      <div>
        <div className={classes.label}>{field.name}</div>
        <SegmentedControl
          size="xs"
          aria-label={field.name}
          value={value}
          onChange={onValue}
          data={[
            { value: '', label: placeholder ?? t('own.unset') },
            { value: 'true', label: t('yes') },
            { value: 'false', label: t('no') },
          ]}
        />
      </div>
    )
  }
  const wrong = field.type === 'number' && value.trim() !== '' && !Number.isFinite(Number(value))
  return (
    <TextInput
      label={field.name}
      value={value}
      type={field.type === 'date' ? 'date' : 'text'}
      inputMode={field.type === 'number' ? 'decimal' : undefined}
      maxLength={1000}
      placeholder={placeholder}
      error={wrong ? t('own.numberWrong') : undefined}
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  )
}
