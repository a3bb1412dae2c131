// A job of this screen: how far it is, how fast, what is left, and what it could not do.
import type { Job } from '@contract/library'
import { Button, Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../../client'
import { useTopic } from '../../../stores'
import { formatCount, formatDuration } from '../../../ui'
import classes from './metadata.module.css'

export const hasEnded = (job: Job): boolean => job.endedAt !== null

/** As it is now; asked for once more when it is over. */
export function useJob(started: Job): Job {
  const { jobs } = useTopic('library')
  const running = jobs.find((job) => job.id === started.id)
  const isRunning = running !== undefined && !hasEnded(running)
  const asked = useRemote(
    (signal) => client.library.jobs.get({ id: started.id }, { signal }),
    [isRunning, running?.state],
  )
  if (isRunning) return running
  return asked.data ?? running ?? started
}

export function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation('metadata')
  const [cancel, cancelling] = useAction(() => client.library.jobs.cancel({ id: job.id }))
  const percent = job.found > 0 ? (job.done / job.found) * 100 : 0
  return (
    <div className={classes.job} aria-live="polite">
      <Progress value={hasEnded(job) ? 100 : percent} size={6} aria-label={t(`library:job.kind.${job.kind}`)} />
      <div className={classes.jobLine}>
        <span className="mono">
          {t('library:job.progress', { done: formatCount(job.done), found: formatCount(job.found) })}
        </span>
        <span className="mono dim">
          {t('library:job.rate', { rate: job.perSecond.toFixed(job.perSecond < 10 ? 1 : 0) })}
        </span>
        <span className="mono dim">
          {job.remainingSeconds ? t('library:job.remaining', { time: formatDuration(job.remainingSeconds) }) : ''}
        </span>
        <span className={classes.push} />
        {hasEnded(job) ? (
          <strong>{t(`library:job.state.${job.state}`)}</strong>
        ) : (
          <Button size="compact-xs" loading={cancelling} onClick={() => void cancel()}>
            {t('library:job.cancel')}
          </Button>
        )}
      </div>
      <p className={classes.hint}>
        {t('job.result', { changed: formatCount(job.changed), unchanged: formatCount(job.unchanged) })}
      </p>
      {job.failures.length > 0 ? (
        <ul className={classes.issues} aria-label={t('job.failures')}>
          {job.failures.map((failure, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one file may fail for two reasons
            <li key={`${failure.path}-${index}`}>
              <span className={classes.issuePlace} title={failure.path}>
                {failure.path}
              </span>
              <span>{failure.why}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
