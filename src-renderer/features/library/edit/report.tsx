// What the analysis found, and what file the track is.
import type { Track, TrackReport } from '@contract/library'
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { RemoteData } from '../../../client'
import { useTopic } from '../../../stores'
import { formatBytes, formatCount, formatDateTime, formatDuration, formatLevel, SectionTitle } from '../../../ui'
import { Facts } from '../../../ui/facts'
import type { TrackDraft } from '../track-draft'
import { useTrackActions } from '../use-track-actions'
import classes from './edit.module.css'
import { LoudnessCurve } from './loudness-curve'

interface ReportProps {
  track: Track
  report: RemoteData<TrackReport>
  draft: TrackDraft
  onDraft(draft: TrackDraft): void
}

export function Report({ track, report, draft, onDraft }: ReportProps) {
  const { t } = useTranslation('library')
  const { timezone } = useTopic('station')
  const actions = useTrackActions()
  const { data, error } = report
  const analysed = data && data.analysedAt !== null
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <SectionTitle>{t('edit.report')}</SectionTitle>
        <Button size="compact-xs" loading={actions.asked} onClick={() => void actions.analyse(track)}>
          {t('edit.analyseAgain')}
        </Button>
      </div>
      {error ? <p className={classes.hint}>{t('edit.reportFailed')}</p> : null}
      {data && !analysed ? <p className={classes.hint}>{t('edit.reportNone')}</p> : null}
      {analysed && data.ending === null ? <p className={classes.hint}>{t('edit.outdated')}</p> : null}
      {analysed ? (
        <>
          <LoudnessCurve trackId={track.id} report={data} />
          <Facts columns={2} facts={soundFacts(t, data)} />
          <Tempo measured={data} draft={draft} onDraft={onDraft} />
          <Facts
            columns={2}
            facts={[
              [t('edit.analysedAt'), formatDateTime(data.analysedAt ?? 0, timezone)],
              [t('edit.analyser'), data.analyserVersion ?? '–'],
            ]}
          />
        </>
      ) : null}
      {track.problem ? <p className={classes.problem}>{track.problem}</p> : null}
    </section>
  )
}

type Translate = TFunction<'library'>

export function soundFacts(t: Translate, data: TrackReport): [string, ReactNode][] {
  return [
    [t('edit.integrated'), `${formatLevel(data.lufs)} LUFS`],
    [t('edit.range'), `${formatLevel(data.loudnessRangeLu)} LU`],
    [t('edit.truePeak'), `${formatLevel(data.truePeakDbtp)} dBTP`],
    [t('edit.gainTag'), gainTagText(t, data)],
    [t('column.duration'), formatDuration(data.durationSeconds, true)],
    [t('edit.ending'), endingText(t, data)],
    [t('edit.silences'), silenceText(t, data)],
    [t('edit.recordedFadeIn'), `${formatLevel(data.measuredCues.fadeInSeconds)} s`],
    [
      t('edit.musicalKey'),
      data.camelot === null ? (
        t('edit.noKey')
      ) : (
        <>
          {t('edit.keyValue', { camelot: data.camelot, key: t(`keyName.${data.camelot}` as 'keyName.8A') })}{' '}
          <Sure share={data.keyConfidence} />
        </>
      ),
    ],
    [
      t('edit.energy'),
      <span key="energy" title={t('edit.energyHint')}>
        {data.energy === null ? '–' : Math.round(data.energy * 100)}
      </span>,
    ],
  ]
}

function Sure({ share }: { share: number | null }) {
  const { t } = useTranslation('library')
  return share === null ? null : <span className="dim">{t('edit.sure', { percent: Math.round(share * 100) })}</span>
}

function endingText(t: Translate, { ending, measuredCues }: TrackReport): string {
  if (ending === null) return '–'
  return t(`edit.endings.${ending}`, { seconds: formatLevel(measuredCues.fadeOutSeconds) })
}

function silenceText(t: Translate, { silences }: TrackReport): ReactNode {
  if (silences.length === 0) return t('edit.noSilence')
  const texts = silences.map(({ fromSeconds, toSeconds }) =>
    t('edit.silence', { from: formatDuration(fromSeconds, true), to: formatDuration(toSeconds, true) }),
  )
  return <span title={texts.join('\n')}>{texts.join(', ')}</span>
}

function gainTagText(t: Translate, { gainTag, lufs }: TrackReport): ReactNode {
  if (!gainTag) return t('edit.gainTagNone')
  const { gainDb, source } = gainTag
  const gain = `${gainDb > 0 ? '+' : ''}${formatLevel(gainDb)}`
  const difference = lufs === null ? null : gainTag.lufs - lufs
  return (
    <span title={difference === null ? undefined : t('edit.gainTagDiffers', { difference: formatLevel(difference) })}>
      {t('edit.gainTagValue', { gain, source, lufs: formatLevel(gainTag.lufs) })}
    </span>
  )
}

const shownTempo = (bpm: number): string => bpm.toFixed(1).replace(/\.0$/, '')

interface TempoProps {
  measured: TrackReport
  draft: TrackDraft
  onDraft(draft: TrackDraft): void
}

/** The beat may be counted at half or double speed: which one is meant is for a person to say. */
function Tempo({ measured, draft, onDraft }: TempoProps) {
  const { t } = useTranslation('library')
  const byHand = draft.tempoByHand
  const bpm = byHand ?? measured.tempoBpm
  const set = (tempoByHand: number | null) => onDraft({ ...draft, tempoByHand })
  if (bpm === null) return <Facts columns={2} facts={[[t('edit.tempo'), t('edit.noTempo')]]} />
  const take = (factor: number) => {
    const wanted = Math.round(bpm * factor * 100) / 100
    set(measured.tempoBpm !== null && Math.abs(wanted - measured.tempoBpm) < 0.02 ? null : wanted)
  }
  return (
    <div className={classes.tempo}>
      <span className={classes.tempoName}>{t('edit.tempo')}</span>
      <strong className="mono">{t('edit.bpm', { bpm: shownTempo(bpm) })}</strong>
      {byHand === null ? (
        <Sure share={measured.tempoConfidence} />
      ) : (
        <span className={classes.origin} data-hand>
          {t('edit.byHand')}
        </span>
      )}
      {(['half', 'double'] as const).map((name) => {
        const factor = name === 'half' ? 0.5 : 2
        const other = bpm * factor
        const label = t(`edit.${name}Hint`, { bpm: shownTempo(other) })
        return (
          <Tooltip key={name} label={label}>
            <Button
              size="compact-xs"
              aria-label={label}
              disabled={other < 20 || other > 400}
              onClick={() => take(factor)}
            >
              {t(`edit.${name}`)}
            </Button>
          </Tooltip>
        )
      })}
      {byHand === null ? null : (
        <Tooltip label={t('edit.tempoBack')}>
          <ActionIcon size={24} aria-label={t('edit.tempoBack')} onClick={() => set(null)}>
            <IconArrowBackUp size={14} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
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
