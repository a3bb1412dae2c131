// An address or key in one line with a button that copies it and says so.
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './copy-field.module.css'

export interface CopyFieldProps {
  value: string
  /** What it is: 'Publish address'. Shown before the value unless it is quiet. */
  label: string
  quiet?: boolean
  /** Several lines, for commands. */
  wrap?: boolean
  after?: ReactNode
}

export function CopyField({ value, label, quiet, wrap, after }: CopyFieldProps) {
  const { t } = useTranslation('common')
  return (
    <div className={classes.field} data-wrap={wrap || undefined}>
      {quiet ? null : <span className={classes.label}>{label}</span>}
      <code className={classes.value} title={value}>
        {value}
      </code>
      <CopyButton value={value} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('action.copied') : t('action.copy')}>
            <ActionIcon size={24} onClick={copy} aria-label={`${t('action.copy')}: ${label}`}>
              {copied ? <IconCheck size={14} color="var(--accent-text)" /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
      {after}
    </div>
  )
}
