// A mark as a number, with what is wrong about it.
import type { Join, JoinMarks } from '@contract/transitions'
import { NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type MarkName, markSeconds, mostOf, setMark } from './lab-rules'

export interface MarkFieldProps {
  mark: MarkName
  join: Join
  draft: JoinMarks
  editable: boolean
  error: string | undefined
  onChange(marks: JoinMarks): void
}

export function MarkField({ mark, join, draft, editable, error, onChange }: MarkFieldProps) {
  const { t } = useTranslation('transition-lab')
  const most = mostOf(mark, join)
  return (
    <NumberInput
      size="xs"
      label={t(`mark.${mark}`)}
      value={Math.round(markSeconds(mark, join, draft) * 1000) / 1000}
      disabled={!editable}
      min={0}
      {...(Number.isFinite(most) ? { max: most } : {})}
      step={0.1}
      decimalScale={3}
      suffix=" s"
      error={error}
      styles={{ input: { fontFamily: 'var(--mono)' } }}
      onChange={(typed) => {
        if (typeof typed === 'number' && typed !== Math.round(markSeconds(mark, join, draft) * 1000) / 1000) {
          onChange(setMark(mark, typed, join, draft))
        }
      }}
    />
  )
}
