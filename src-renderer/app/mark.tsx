// The mark of the product.
import classes from './splash.module.css'

export function Mark() {
  return (
    <div className={classes.mark}>
      <svg viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--accent-soft)" />
        <g stroke="var(--accent)" strokeWidth="3" strokeLinecap="round">
          <path d="M7 13v6M13 8v16M19 11v10M25 14v4" />
        </g>
      </svg>
      <strong>Wavedesk</strong>
    </div>
  )
}
