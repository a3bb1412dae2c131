// What a change does to the first tracks: field by field, before and after.
import type { ChangedTrack } from '@contract/metadata'
import { useTranslation } from 'react-i18next'
import { useFieldNames } from './field-names'
import classes from './metadata.module.css'

type Value = ChangedTrack['fields'][number]['before']

export function ChangesTable({ tracks }: { tracks: readonly ChangedTrack[] }) {
  const { t } = useTranslation('metadata')
  const nameOf = useFieldNames()
  const shown = (field: string, value: Value): string => {
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return t('empty')
    if (typeof value === 'boolean') return value ? t('yes') : t('no')
    if (field === 'artwork') return t('cover.one')
    if (field === 'kind') return t(`library:kindOne.${String(value)}`)
    return Array.isArray(value) ? value.join(', ') : String(value)
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard
    <section className={classes.scrolled} tabIndex={0} aria-label={t('batch.preview')}>
      <table className={classes.changes}>
        <thead>
          <tr>
            <th>{t('batch.track')}</th>
            <th>{t('conflict.field')}</th>
            <th>{t('batch.before')}</th>
            <th>{t('batch.after')}</th>
          </tr>
        </thead>
        <tbody>
          {tracks.flatMap((track) =>
            track.fields.map(({ field, before, after }, index) => (
              <tr key={`${track.trackId}-${field}`} data-first={index === 0 || undefined}>
                <td>{index === 0 ? [track.artist, track.title].filter(Boolean).join(' – ') : ''}</td>
                <td>{nameOf(field)}</td>
                <td className={classes.before}>{shown(field, before)}</td>
                <td>{shown(field, after)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  )
}
