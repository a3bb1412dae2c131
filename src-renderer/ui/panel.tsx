// Surfaces: a panel on the desk, a titled section, a small bordered word.
import type { ReactNode } from 'react'
import classes from './panel.module.css'

export interface PanelProps {
  title?: ReactNode
  /** Right of the title: buttons, counts. */
  actions?: ReactNode
  children: ReactNode
  className?: string | undefined
  /** No padding, for tables that reach the edges. */
  flush?: boolean
  label?: string
}

export function Panel({ title, actions, children, className, flush, label }: PanelProps) {
  return (
    <section className={`${classes.panel} ${className ?? ''}`} aria-label={label}>
      {title || actions ? (
        <header className={classes.head}>
          {title ? <SectionTitle>{title}</SectionTitle> : <span />}
          {actions ? <div className={classes.actions}>{actions}</div> : null}
        </header>
      ) : null}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}

export function SectionTitle({ children }: { children: ReactNode }) {
  return <h2 className={classes.title}>{children}</h2>
}

/** A small bordered word: 'intro 0:12', '124 bpm'. */
export function Tag({
  children,
  tone,
  title,
}: {
  children: ReactNode
  tone?: 'plain' | 'warning' | 'bad' | 'accent'
  title?: string
}) {
  return (
    <span className={classes.tag} data-tone={tone ?? 'plain'} title={title}>
      {children}
    </span>
  )
}
