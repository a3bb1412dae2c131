// Somebody saved the same track meanwhile: what they wrote beside what stands here, to keep or to take.
import { StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import { Button, SegmentedControl } from '@mantine/core'
import { ORPCError } from '@orpc/client'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { errorCode, stationNow } from '../../../client'
import { formatAgo } from '../../../ui/relative-time'
import { useFieldNames } from '../metadata/field-names'
import { draftOf, type TrackDraft } from '../track-draft'
import classes from './edit.module.css'

export interface Conflict {
  current: Track
  fields: string[]
  /** null where it is not known. */
  changedBy: string | null
  changedAt: number | null
}

/** @returns null for any other error */
export function conflictOf(error: unknown): Conflict | null {
  if (errorCode(error) !== 'conflict') return null
  const details =
    error instanceof StationError
      ? error.details
      : error instanceof ORPCError
        ? (error.data as { details?: Record<string, unknown> } | undefined)?.details
        : undefined
  const { current, fields, changedBy = null, changedAt = null } = (details ?? {}) as Partial<Conflict>
  return current && fields ? { current, fields, changedBy, changedAt } : null
}

interface ConflictPanelProps {
  conflict: Conflict
  draft: TrackDraft
  onSettle(takeTheirs: ReadonlySet<string>): void
}

export function ConflictPanel({ conflict, draft, onSettle }: ConflictPanelProps) {
  const { t, i18n } = useTranslation('metadata')
  const nameOf = useFieldNames()
  const theirs = draftOf(conflict.current)
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set())
  const choose = (field: string, whose: string) => {
    const next = new Set(taken)
    if (whose === 'theirs') next.add(field)
    else next.delete(field)
    setTaken(next)
  }
  return (
    <section className={classes.conflict} role="alert">
      <strong>{titleOf(conflict, t, i18n.language)}</strong>
      <p className={classes.hint}>{t('conflict.text')}</p>
      <table className={classes.conflictTable}>
        <thead>
          <tr>
            <th>{t('conflict.field')}</th>
            <th>{t('conflict.mine')}</th>
            <th>{t('conflict.theirs')}</th>
            <th>{t('conflict.choice')}</th>
          </tr>
        </thead>
        <tbody>
          {conflict.fields.map((field) => (
            <tr key={field}>
              <th scope="row">{nameOf(field)}</th>
              <td data-taken={!taken.has(field) || undefined}>{valueOfDraft(draft, field) || t('empty')}</td>
              <td data-taken={taken.has(field) || undefined}>{valueOfDraft(theirs, field) || t('empty')}</td>
              <td>
                <SegmentedControl
                  size="xs"
                  aria-label={nameOf(field)}
                  value={taken.has(field) ? 'theirs' : 'mine'}
                  onChange={(whose) => choose(field, whose)}
                  data={[
                    { value: 'mine', label: t('conflict.keepMine') },
                    { value: 'theirs', label: t('conflict.takeTheirs') },
                  ]}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={classes.conflictFoot}>
        <Button size="xs" variant="filled" onClick={() => onSettle(taken)}>
          {t('conflict.settle')}
        </Button>
      </div>
    </section>
  )
}

function titleOf({ changedBy, changedAt }: Conflict, t: TFunction<'metadata'>, language: string): string {
  if (changedAt === null) return t('conflict.title')
  const when = formatAgo(changedAt, stationNow(), language)
  return changedBy ? t('conflict.titleBy', { who: changedBy, when }) : t('conflict.titleAt', { when })
}

function valueOfDraft(draft: TrackDraft, field: string): string {
  const [group = '', key = ''] = field.split('.')
  const value =
    group === 'custom'
      ? draft.custom[key]
      : group === 'cues'
        ? draft.cues[key as keyof TrackDraft['cues']]
        : group === 'tempoBpm'
          ? draft.tempoByHand
          : draft[field as keyof TrackDraft]
  return Array.isArray(value) ? value.join(', ') : value === null || value === undefined ? '' : String(value)
}
