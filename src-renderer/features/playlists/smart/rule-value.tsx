// The answer of a rule, typed in the way its field needs: text, number, length, date, amount of time, key, choice.
import { trackKinds, trackStates } from '@contract/library'
import type { Rule } from '@contract/track-fields'
import { Group, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../../../ui'
import type { ValueForm } from './rule-forms'

type Value = NonNullable<Rule['value']>

export interface RuleValueProps {
  form: ValueForm
  value: Rule['value']
  onChange(value: Value): void
}

const keys = Array.from({ length: 12 }, (_, index) => [`${index + 1}A`, `${index + 1}B`]).flat()
const units = ['h', 'd', 'w', 'm', 'y'] as const

export function RuleValue({ form, value, onChange }: RuleValueProps) {
  const { t } = useTranslation('playlists')
  const label = t('smart.valueLabel')
  const range: [number, number] = Array.isArray(value) ? value : [0, 0]
  if (form === 'none') return null
  if (form === 'text') {
    return (
      <TextInput
        size="xs"
        aria-label={label}
        placeholder={label}
        maxLength={500}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  if (form === 'number') return <Numeric label={label} value={value} onChange={onChange} />
  if (form === 'seconds') return <Length label={label} value={Number(value)} onChange={onChange} />
  if (form === 'ago') return <Ago value={String(value ?? '30d')} onChange={onChange} />
  if (form === 'day') return <Day label={label} value={dayOf(value)} onChange={onChange} />
  if (form === 'range' || form === 'secondsRange' || form === 'dayRange') {
    const Input = { range: Numeric, secondsRange: Length, dayRange: Moment }[form]
    return (
      <Group gap={6} wrap="nowrap">
        <Input label={t('smart.from')} value={range[0]} onChange={(from) => onChange([Number(from), range[1]])} />
        <span className="dim">–</span>
        <Input label={t('smart.to')} value={range[1]} onChange={(to) => onChange([range[0], Number(to)])} />
      </Group>
    )
  }
  const choices = {
    kind: trackKinds.map((kind) => ({ value: kind as string, label: t(`common:kind.${kind}`) })),
    state: trackStates.map((state) => ({ value: state as string, label: t(`smart.state.${state}`) })),
    key: keys.map((key) => ({ value: key, label: key })),
    flag: [
      { value: 'true', label: t('smart.yes') },
      { value: 'false', label: t('smart.no') },
    ],
  }[form]
  return (
    <Select
      size="xs"
      aria-label={label}
      data={choices}
      value={String(value ?? '')}
      searchable={form === 'key'}
      allowDeselect={false}
      onChange={(next) => next !== null && onChange(form === 'flag' ? next === 'true' : next)}
    />
  )
}

interface OneProps<Given> {
  label: string
  value: Given
  onChange(value: number): void
}

function Numeric({ label, value, onChange }: OneProps<Rule['value']>) {
  return (
    <NumberInput
      size="xs"
      flex={1}
      aria-label={label}
      decimalScale={3}
      value={typeof value === 'number' && Number.isFinite(value) ? value : ''}
      onChange={(next) => onChange(typeof next === 'number' ? next : Number.NaN)}
    />
  )
}

/** "3:30", or seconds. */
function Length({ label, value, onChange }: OneProps<number>) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <TextInput
      size="xs"
      flex={1}
      aria-label={label}
      placeholder="3:30"
      value={typed ?? (Number.isFinite(value) ? formatDuration(value) : '')}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
        onChange(secondsOf(event.currentTarget.value))
      }}
      onBlur={() => setTyped(null)}
    />
  )
}

function secondsOf(text: string): number {
  const parts = text.trim().split(':').map(Number)
  if (text.trim() === '' || parts.length > 3 || parts.some((part) => Number.isNaN(part) || part < 0)) return Number.NaN
  return parts.reduce((sum, part) => sum * 60 + part, 0)
}

function Ago({ value, onChange }: { value: string; onChange(value: string): void }) {
  const { t } = useTranslation('playlists')
  const amount = Number.parseInt(value, 10)
  const unit = units.find((one) => value.endsWith(one)) ?? 'd'
  return (
    <Group gap={6} wrap="nowrap">
      <NumberInput
        size="xs"
        flex={1}
        aria-label={t('smart.amount')}
        min={1}
        max={9999}
        allowDecimal={false}
        clampBehavior="strict"
        value={Number.isFinite(amount) ? amount : ''}
        onChange={(next) => onChange(typeof next === 'number' ? `${next}${unit}` : '')}
      />
      <Select
        size="xs"
        flex={1}
        aria-label={t('smart.unit')}
        data={units.map((one) => ({ value: one as string, label: t(`smart.units.${one}`) }))}
        value={unit}
        allowDeselect={false}
        onChange={(next) => onChange(`${Number.isFinite(amount) ? amount : 1}${next ?? 'd'}`)}
      />
    </Group>
  )
}

interface DayProps {
  label: string
  value: string
  onChange(day: string): void
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <TextInput
      size="xs"
      flex={1}
      type="date"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

const Moment = ({ label, value, onChange }: OneProps<number>) => (
  <Day label={label} value={dayOf(value)} onChange={(day) => onChange(new Date(`${day}T00:00`).getTime())} />
)

function dayOf(value: Rule['value']): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'number' || !Number.isFinite(value)) return ''
  const day = new Date(value)
  return `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
}
