// One import as a line: how far, how fast, how long still.
import type { Job } from '@contract/library'
import { Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { formatDuration } from '../../ui'
import classes from './job-line.module.css'

export function JobLine({ job }: { job: Job }) {
  const { t } = useTranslation('on-air')
  const [cancel, cancelling] = useAction(() => client.library.jobs.cancel({ id: job.id }))
  const running = job.state === 'running' || job.state === 'waiting'
  const figures = { done: job.done, found: job.found, failed: job.failed }
  return (
    <div className={classes.job} role="status">
      <span className="ellipsis">{job.label}</span>
      <span className="dim">
        {running && job.remainingSeconds !== null
          ? t('job.remaining', { ...figures, time: formatDuration(job.remainingSeconds) })
          : t(`job.${job.state}`, figures)}
      </span>
      {running ? (
        <button type="button" className="link-button" disabled={cancelling} onClick={() => void cancel()}>
          {t('common:action.cancel')}
        </button>
      ) : null}
      {running ? (
        <Progress
          className={classes.bar}
          value={job.found > 0 ? (job.done / job.found) * 100 : 0}
          size={4}
          aria-label={job.label}
        />
      ) : null}
    </div>
  )
}
