// What the linter found, the gravest first.
import type { Finding } from '@contract/rotation'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { LoadingState } from '../../ui'
import classes from './rotation.module.css'

const icons = { error: IconCircleX, warning: IconAlertTriangle, notice: IconInfoCircle }

export function Findings({ findings }: { findings: readonly Finding[] | null }) {
  const { t } = useTranslation('rotation')
  if (!findings) return <LoadingState />
  if (findings.length === 0) {
    return (
      <p className={classes.fine}>
        <IconCircleCheck size={16} aria-hidden="true" /> {t('lint.fine')}
      </p>
    )
  }
  return (
    <ul className={classes.findings}>
      {findings.map((finding) => {
        const Picture = icons[finding.severity]
        return (
          <li key={finding.sentence} data-severity={finding.severity}>
            <Picture size={16} role="img" aria-label={t(`lint.${finding.severity}`)} />
            <div>
              {finding.sentence}
              <span className="dim">{finding.suggestion}</span>
            </div>
          </li>
        )
      })}
    </ul>
  )
}
