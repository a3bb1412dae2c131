// The card both screens share: mark, heading, form, problem.
import { Alert, FocusTrap } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { FormEvent, ReactNode } from 'react'
import { Mark } from '../../app/mark'
import classes from './access-card.module.css'

export interface AccessCardProps {
  title: string
  hint: string
  problem: string | null
  onSubmit(event?: FormEvent<HTMLFormElement>): void
  children: ReactNode
}

export function AccessCard({ title, hint, problem, onSubmit, children }: AccessCardProps) {
  return (
    <main className={classes.page}>
      <FocusTrap active>
        <form className={classes.card} onSubmit={onSubmit} noValidate>
          <Mark />
          <div>
            <h1 className={classes.title}>{title}</h1>
            <p className="dim">{hint}</p>
          </div>
          {problem ? (
            <Alert color="red" icon={<IconAlertTriangle size={18} />} role="alert">
              {problem}
            </Alert>
          ) : null}
          {children}
        </form>
      </FocusTrap>
    </main>
  )
}
