// Long work of the library: progress, rate, what is left, cancel, and the files that failed with the reason.
import type { Job } from '@contract/library'
import { Button, Collapse, Progress } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../../client'
import { useTopic } from '../../../stores'
import { formatCount, formatDuration, SectionTitle, StatusDot, type Tone } from '../../../ui'
import classes from './import.module.css'

const tones: Record<Job['state'], Tone> = {
  waiting: 'idle',
  running: 'busy',
  done: 'good',
  cancelled: 'idle',
  failed: 'bad',
}
const isOpen = (job: Job) => job.state === 'running' || job.state === 'waiting'

export function Jobs() {
  const { t } = useTranslation('library')
  const { jobs } = useTopic('library')
  const running = jobs.filter(isOpen)
  const ended = useRemote((signal) => client.library.jobs.list(undefined, { signal }), [running.length])
  const earlier = (ended.data ?? jobs).filter((job) => !isOpen(job)).slice(0, 8)
  return (
    <>
      <section className={classes.section}>
        <SectionTitle>{t('import.jobs')}</SectionTitle>
        {running.length === 0 ? <p className={classes.hint}>{t('import.noJobs')}</p> : null}
        {running.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </section>
      {earlier.length > 0 ? (
        <section className={classes.section}>
          <SectionTitle>{t('import.earlier')}</SectionTitle>
          {earlier.map((job) => (
            <JobCard key={job.id} job={job} />
          ))}
        </section>
      ) : null}
    </>
  )
}

function JobCard({ job }: { job: Job }) {
  const { t } = useTranslation('library')
  const [cancel, cancelling] = useAction(() => client.library.jobs.cancel({ id: job.id }))
  const open = isOpen(job)
  return (
    <article className={classes.job}>
      <div className={classes.jobHead}>
        <div className={classes.folderText}>
          <span>{t(`job.kind.${job.kind}`)}</span>
          <span className={`ellipsis ${classes.small}`} title={job.label}>
            {job.label}
          </span>
        </div>
        {open ? (
          <Button size="compact-xs" loading={cancelling} onClick={() => void cancel()}>
            {t('job.cancel')}
          </Button>
        ) : (
          <StatusDot tone={tones[job.state]} word={t(`job.state.${job.state}`)} />
        )}
      </div>
      {open ? <JobProgress job={job} /> : null}
      {job.kind === 'scan' ? (
        <div className={classes.small}>
          {t('job.result', {
            added: formatCount(job.added),
            changed: formatCount(job.changed),
            unchanged: formatCount(job.unchanged),
          })}
        </div>
      ) : null}
      {job.failed > 0 ? <Failures job={job} /> : null}
    </article>
  )
}

function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation('library')
  const percent = job.found > 0 ? (job.done / job.found) * 100 : 0
  return (
    <>
      <Progress
        value={percent}
        size={4}
        animated={job.found === 0}
        striped={job.found === 0}
        aria-label={`${t(`job.kind.${job.kind}`)} ${job.label}`}
      />
      <div className={classes.jobNumbers}>
        <span className="mono">
          {t('job.progress', { done: formatCount(job.done), found: formatCount(job.found) })}
        </span>
        <span className="mono dim">{t('job.rate', { rate: job.perSecond.toFixed(job.perSecond < 10 ? 1 : 0) })}</span>
        <span className="mono dim">
          {job.remainingSeconds === null ? '' : t('job.remaining', { time: formatDuration(job.remainingSeconds) })}
        </span>
      </div>
    </>
  )
}

function Failures({ job }: { job: Job }) {
  const { t } = useTranslation('library')
  const [shown, setShown] = useState(false)
  return (
    <div>
      <button type="button" className="link-button" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <span className={classes.warning}>
          {t('job.failed', { count: job.failed, formatted: formatCount(job.failed) })}
        </span>{' '}
        {shown ? t('job.hideFailures') : t('job.showFailures')}
      </button>
      <Collapse expanded={shown}>
        <ul className={classes.failures} aria-label={t('job.failuresTitle')}>
          {job.failures.map((failure) => (
            <li key={failure.path}>
              <span className={classes.failurePath} title={failure.path}>
                {failure.path}
              </span>
              <span>{failure.why}</span>
            </li>
          ))}
        </ul>
        {job.failures.length < job.failed ? (
          <p className={classes.hint}>
            {t('job.failuresMore', { shown: formatCount(job.failures.length), total: formatCount(job.failed) })}
          </p>
        ) : null}
      </Collapse>
    </div>
  )
}
