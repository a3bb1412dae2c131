// What the columns of a table mean, and by which of them a line's track is found.
import { type CsvFile, csvMatches } from '@contract/metadata'
import { Checkbox, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { SectionTitle } from '../../../ui'
import { type CsvDraft, canMatch, keyFields, tableFields, withMatch, withUse } from './csv-plan'
import { useCustomFields, useFieldNames } from './field-names'
import classes from './metadata.module.css'

interface CsvColumnsProps {
  file: CsvFile
  draft: CsvDraft
  onDraft(draft: CsvDraft): void
}

const signs: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'stroke' }

export function CsvColumns({ file, draft, onDraft }: CsvColumnsProps) {
  const { t } = useTranslation('metadata')
  const nameOf = useFieldNames()
  const { data: own = [] } = useCustomFields()
  const option = (value: string) => ({ value, label: nameOf(value) })
  const meanings = [
    { value: '', label: t('csv.unused') },
    { group: t('csv.keys'), items: keyFields.map(option) },
    { group: t('csv.fields'), items: tableFields.map(option) },
    ...(own.length > 0 ? [{ group: t('own.title'), items: own.map(({ key }) => option(`custom.${key}`)) }] : []),
  ]
  return (
    <>
      <p className={classes.hint}>
        {t('csv.read', { encoding: file.encoding, delimiter: t(`csv.sign.${signs[file.delimiter] ?? 'comma'}`) })}
      </p>
      <section className={classes.section}>
        <SectionTitle>{t('csv.columns')}</SectionTitle>
        <div className={classes.scrolled}>
          <table className={classes.changes}>
            <thead>
              <tr>
                <th>{t('csv.column')}</th>
                <th>{t('csv.sample')}</th>
                <th>{t('csv.meaning')}</th>
              </tr>
            </thead>
            <tbody>
              {file.columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns without a name are told apart by their place
                <tr key={`${column}-${index}`}>
                  <td>{column}</td>
                  <td className="dim">{samplesOf(file, index)}</td>
                  <td>
                    <Select
                      size="xs"
                      aria-label={`${t('csv.meaning')}: ${column}`}
                      disabled={column === ''}
                      allowDeselect={false}
                      value={draft.uses[index] ?? ''}
                      onChange={(what) => onDraft(withUse(draft, index, String(what ?? '')))}
                      data={meanings}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section className={classes.section}>
        <SectionTitle>{t('csv.findBy')}</SectionTitle>
        <p className={classes.hint}>{t('csv.findByHint')}</p>
        <div className={classes.row}>
          {csvMatches.map((by) => {
            const place = draft.match.indexOf(by)
            return (
              <Checkbox
                key={by}
                label={
                  place >= 0 && draft.match.length > 1 ? `${place + 1}. ${t(`csv.match.${by}`)}` : t(`csv.match.${by}`)
                }
                checked={place >= 0}
                disabled={!canMatch(by, draft.uses)}
                onChange={(event) => onDraft(withMatch(draft, by, event.currentTarget.checked))}
              />
            )
          })}
        </div>
        <Checkbox
          label={t('csv.emptyClears')}
          checked={draft.emptyClears}
          onChange={(event) => onDraft({ ...draft, emptyClears: event.currentTarget.checked })}
        />
      </section>
    </>
  )
}

const samplesOf = (file: CsvFile, index: number): string =>
  file.sample
    .map((cells) => cells[index] ?? '')
    .filter((cell) => cell !== '')
    .slice(0, 2)
    .map((cell) => (cell.length > 60 ? `${cell.slice(0, 60)}…` : cell))
    .join(' · ')
