// What a table would do: counts, the lines that do not fit, and the first changes.
import type { CsvCheck } from '@contract/metadata'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../../ui'
import { ChangesTable } from './changes-table'
import classes from './metadata.module.css'

export function CsvChecked({ check }: { check: CsvCheck }) {
  const { t } = useTranslation('metadata')
  const counts = ['lines', 'matched', 'changing', 'unmatched', 'ambiguous', 'invalid'] as const
  const wrong = check.unmatched + check.ambiguous + check.invalid
  return (
    <>
      <dl className={classes.counts} aria-label={t('csv.result')}>
        {counts.map((name) => (
          <div key={name} data-wrong={(counts.indexOf(name) > 2 && check[name] > 0) || undefined}>
            <dt>{t(`csv.count.${name}`)}</dt>
            <dd className="mono">{formatCount(check[name])}</dd>
          </div>
        ))}
      </dl>
      {check.issues.length > 0 ? (
        <>
          <ul className={`${classes.issues} ${classes.lines}`} aria-label={t('csv.issues')}>
            {check.issues.map(({ line, kind, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list does not change
              <li key={`${line}-${index}`}>
                <span className={classes.issuePlace}>{t('csv.line', { line: formatCount(line) })}</span>
                <span>
                  {t(`csv.issue.${kind}`)}: {text}
                </span>
              </li>
            ))}
          </ul>
          {wrong > check.issues.length ? (
            <p className={classes.hint}>
              {t('library:job.failuresMore', { shown: formatCount(check.issues.length), total: formatCount(wrong) })}
            </p>
          ) : null}
        </>
      ) : null}
      {check.first.length > 0 ? (
        <ChangesTable tracks={check.first} />
      ) : (
        <p className={classes.sum}>{t('csv.nothing')}</p>
      )}
    </>
  )
}
