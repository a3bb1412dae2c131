// Surfaces: a panel on the desk, a titled section of the side, a page with its head.
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

export interface PageProps {
  title: ReactNode
  /** Below the title, one line. */
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** The page fills the height and its children scroll by themselves. */
  fill?: boolean
}

/** A screen other than the on-air desk. */
export function Page({ title, hint, actions, children, fill }: PageProps) {
  return (
    <div className={fill ? `${classes.page} ${classes.fill}` : classes.page}>
      <header className={classes.pageHead}>
        <div>
          <h1 className={classes.pageTitle}>{title}</h1>
          {hint ? <div className="dim">{hint}</div> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  )
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
