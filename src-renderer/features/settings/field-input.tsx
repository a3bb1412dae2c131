// The input that fits a setting.
import { NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EditedSetting } from './settings-store'

/** Of the IANA list, with UTC, which the list of some browsers leaves out. */
const zones = () => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

export interface FieldInputProps {
  edited: EditedSetting
  label: string
  describedBy: string
  disabled: boolean
  onEdit(input: unknown): void
}

export function FieldInput({ edited, label, describedBy, disabled, onEdit }: FieldInputProps) {
  const { t } = useTranslation('settings')
  const { field, input, setting, problem, refused } = edited
  const common = {
    'aria-label': label,
    'aria-describedby': describedBy,
    disabled: disabled || setting.locked,
    error: problem !== null || refused !== null,
  }
  const { unit } = setting
  switch (field.kind) {
    case 'switch':
      return <Switch {...common} checked={input === true} onChange={(event) => onEdit(event.currentTarget.checked)} />
    case 'choice':
      return (
        <Select
          {...common}
          value={String(input)}
          data={field.options.map((option) => ({
            value: String(option),
            label: typeof option === 'number' ? [option, unit].filter(Boolean).join(' ') : t(`choice.${option}`),
          }))}
          onChange={(value) => onEdit(field.options.find((option) => String(option) === value))}
        />
      )
    case 'zone':
      return <Select {...common} searchable value={String(input)} data={zones()} onChange={onEdit} />
    case 'number':
      return (
        <NumberInput
          {...common}
          value={input === null || input === undefined ? '' : (input as number | string)}
          placeholder={field.optional ? t('empty') : undefined}
          allowDecimal={!field.integer}
          decimalSeparator="."
          allowedDecimalSeparators={['.', ',']}
          step={field.integer ? 1 : 0.5}
          suffix={unit ? ` ${unit}` : undefined}
          onChange={onEdit}
        />
      )
    case 'text': {
      const text = typeof input === 'string' ? input : ''
      return field.long ? (
        <Textarea
          {...common}
          autosize
          minRows={2}
          maxRows={5}
          value={text}
          onChange={(event) => onEdit(event.currentTarget.value)}
        />
      ) : (
        <TextInput {...common} value={text} onChange={(event) => onEdit(event.currentTarget.value)} />
      )
    }
  }
}
