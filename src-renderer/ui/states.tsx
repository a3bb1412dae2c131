// Empty and broken screens: what belongs here and the first step; what happened, what it does, one way out.
import { Button, Loader } from '@mantine/core'
import { type Icon, IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './states.module.css'

export interface EmptyStateProps {
  icon: Icon
  title: string
  hint?: ReactNode
  /** The first step. */
  action?: ReactNode
}

export function EmptyState({ icon: Picture, title, hint, action }: EmptyStateProps) {
  return (
    <div className={classes.state}>
      <Picture size={32} stroke={1.4} className={classes.icon} aria-hidden="true" />
      <strong className={classes.title}>{title}</strong>
      {hint ? <p className={classes.hint}>{hint}</p> : null}
      {action}
    </div>
  )
}

export interface ErrorStateProps {
  /** What happened, a whole sentence. */
  message: string
  /** What it does to the air. */
  effect?: string
  onRetry?(): void
}

export function ErrorState({ message, effect, onRetry }: ErrorStateProps) {
  const { t } = useTranslation('common')
  return (
    <div className={classes.state} role="alert">
      <IconAlertTriangle size={32} stroke={1.4} className={classes.bad} aria-hidden="true" />
      <strong className={classes.title}>{message}</strong>
      {effect ? <p className={classes.hint}>{effect}</p> : null}
      {onRetry ? <Button onClick={onRetry}>{t('action.tryAgain')}</Button> : null}
    </div>
  )
}

/** Shown only for what takes longer than a blink: it fades in late. */
export function LoadingState() {
  const { t } = useTranslation('common')
  return (
    <div className={`${classes.state} ${classes.late}`} role="status">
      <Loader size="sm" color="var(--accent)" />
      <span className="visually-hidden">{t('state.loading')}</span>
    </div>
  )
}
