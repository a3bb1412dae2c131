// A few named values under each other: 'Format  FLAC'.
import type { ReactNode } from 'react'
import classes from './facts.module.css'

export interface FactsProps {
  facts: [name: string, value: ReactNode][]
  columns?: 1 | 2 | 3
}

export function Facts({ facts, columns = 1 }: FactsProps) {
  return (
    <dl className={classes.facts} data-columns={columns}>
      {facts.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
