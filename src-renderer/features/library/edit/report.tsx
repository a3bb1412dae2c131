// What the analysis found, and what file the track is.
import type { libraryContract, Track } from '@contract/library'
import { Button } from '@mantine/core'
import type { InferContractRouterOutputs } from '@orpc/contract'
import { useTranslation } from 'react-i18next'
import type { RemoteData } from '../../../client'
import { useTopic } from '../../../stores'
import { formatBytes, formatCount, formatDateTime, formatDuration, formatLevel, SectionTitle } from '../../../ui'
import { Facts } from '../../../ui/facts'
import { useTrackActions } from '../use-track-actions'
import classes from './edit.module.css'

type AnalysisReport = InferContractRouterOutputs<typeof libraryContract>['tracks']['report']

export function Report({ track, report }: { track: Track; report: RemoteData<AnalysisReport> }) {
  const { t } = useTranslation('library')
  const { timezone } = useTopic('station')
  const actions = useTrackActions()
  const { data, error } = report
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <SectionTitle>{t('edit.report')}</SectionTitle>
        <Button size="compact-xs" loading={actions.asked} onClick={() => void actions.analyse(track)}>
          {t('edit.analyseAgain')}
        </Button>
      </div>
      {error ? <p className={classes.hint}>{t('edit.reportFailed')}</p> : null}
      {data && data.analysedAt === null ? <p className={classes.hint}>{t('edit.reportNone')}</p> : null}
      {data && data.analysedAt !== null ? (
        <Facts
          columns={2}
          facts={[
            [t('edit.integrated'), `${formatLevel(data.lufs)} LUFS`],
            [t('edit.range'), `${formatLevel(data.loudnessRangeLu)} LU`],
            [t('edit.truePeak'), `${formatLevel(data.truePeakDbtp)} dBTP`],
            [t('column.duration'), formatDuration(data.durationSeconds, true)],
            [t('edit.analysedAt'), formatDateTime(data.analysedAt, timezone)],
            [t('edit.analyser'), data.analyserVersion ?? '–'],
          ]}
        />
      ) : null}
      {track.problem ? <p className={classes.problem}>{track.problem}</p> : null}
    </section>
  )
}

export function FileFacts({ track }: { track: Track }) {
  const { t } = useTranslation('library')
  const { timezone } = useTopic('station')
  const format = [
    track.format.toUpperCase(),
    track.bitrateKbps === null ? '' : `${Math.round(track.bitrateKbps)} kbit/s`,
    track.sampleRateHz === null ? '' : `${track.sampleRateHz / 1000} kHz`,
  ]
  return (
    <section className={classes.section}>
      <SectionTitle>{t('edit.file')}</SectionTitle>
      <Facts
        columns={2}
        facts={[
          [t('edit.format'), format.filter(Boolean).join(' · ')],
          [t('edit.size'), formatBytes(track.sizeBytes)],
          [t('edit.plays'), t('edit.playsValue', { count: track.playCount, formatted: formatCount(track.playCount) })],
          [t('column.added'), formatDateTime(track.addedAt, timezone)],
        ]}
      />
      <div className={classes.path}>{track.path}</div>
    </section>
  )
}
