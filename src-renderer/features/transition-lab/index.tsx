// The transition lab: two neighbours of the queue, their overlap in time, heard as the engine renders it, kept or left to the rules.
import type { Join } from '@contract/transitions'
import { Button, Modal, SegmentedControl } from '@mantine/core'
import { IconArrowBackUp, IconPlayerPlayFilled, IconPlayerStopFilled } from '@tabler/icons-react'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, fetchWaveformPart, useAction, useRemote } from '../../client'
import { useMay } from '../../stores'
import { ErrorState, formatDuration, LoadingState, showDone, Tag } from '../../ui'
import { JoinView } from './join-view'
import classes from './lab.module.css'
import { cuesForTracks, viewOf } from './lab-rules'
import { useHear } from './use-hear'
import { problemOf, useLab } from './use-lab'

export interface TransitionLabProps {
  /** The item of the queue that is joined to the one before it. */
  queueId: number
  onClose(): void
}

const spans = [30, 10, 4] as const
/** So much of either side of a join is heard. */
const heardSeconds = 15
/** Peaks of this much more than is seen are fetched, so that a mark can be dragged without a hole. */
const marginSeconds = 20

export function TransitionLab({ queueId, onClose }: TransitionLabProps) {
  const { t } = useTranslation('transition-lab')
  return (
    <Modal
      opened
      size={1080}
      onClose={onClose}
      title={t('title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Lab queueId={queueId} onClose={onClose} />
    </Modal>
  )
}

function Lab({ queueId, onClose }: TransitionLabProps) {
  const { t } = useTranslation('transition-lab')
  const may = useMay()
  const lab = useLab(queueId)
  const { join, draft, touched, problem, setProblem } = lab
  const [span, setSpan] = useState<number>(spans[0])
  const onProblem = useCallback((error: unknown) => setProblem(problemOf(error)), [setProblem])
  const sound = useHear(queueId, onProblem)
  const waves = useWaves(join, span)
  // Marks decide what is rendered, but so does what is kept on the tracks.
  const kept = JSON.stringify(join?.kept ?? null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another join sounds otherwise
  useEffect(sound.forget, [kept, sound.forget])

  const act = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work()
      showDone(done)
      lab.reload()
    } catch (error) {
      onProblem(error)
    }
  }
  const [keepForJoin, keeping] = useAction(() =>
    act(() => client.transitions.keep({ id: queueId, ...draft }), t('keptForJoin')),
  )
  const [keepForTrack, keepingTrack] = useAction(() =>
    act(async () => {
      if (!join) return
      const { first, second } = cuesForTracks(join, draft)
      if (Object.keys(first).length > 0) await client.library.tracks.update({ id: join.from.trackId, cues: first })
      if (Object.keys(second).length > 0) await client.library.tracks.update({ id: join.to.trackId, cues: second })
      await client.transitions.reset({ id: queueId })
    }, t('keptForTrack')),
  )
  const [reset, resetting] = useAction(() => act(() => client.transitions.reset({ id: queueId }), t('rulesDecide')))

  if (!join)
    return lab.error ? <ErrorState message={describeError(lab.error)} onRetry={lab.reload} /> : <LoadingState />
  const editable = may('presenter') && join.open
  const nothingAsked = Object.keys(draft).length === 0
  return (
    <div className={classes.lab}>
      <header className={classes.head}>
        <div className={classes.words}>
          <strong>{join.words}</strong>
          <Tag tone={touched ? 'accent' : 'plain'}>{touched ? t('tried') : t(`level.${join.level}`)}</Tag>
          {join.open ? null : <Tag tone="warning">{t('begun')}</Tag>}
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t('zoom')}
          data={spans.map((seconds) => ({ value: `${seconds}`, label: t('seconds', { count: seconds }) }))}
          value={`${span}`}
          onChange={(value) => setSpan(Number(value))}
        />
      </header>
      <JoinView
        join={join}
        draft={draft}
        view={viewOf(join, span)}
        waves={waves}
        editable={editable}
        problem={problem}
        position={sound.position}
        onChange={lab.change}
      />
      {problem && problem.field === null ? (
        <p className={classes.problem} role="alert">
          {problem.message}
        </p>
      ) : null}
      <footer className={classes.foot}>
        <Button
          variant="filled"
          loading={sound.state === 'rendering'}
          disabled={problem?.field != null && sound.state !== 'playing'}
          leftSection={
            sound.state === 'playing' ? <IconPlayerStopFilled size={15} /> : <IconPlayerPlayFilled size={15} />
          }
          onClick={() => (sound.state === 'playing' ? sound.stop() : void sound.hear(draft, heardSeconds))}
        >
          {sound.state === 'playing' ? t('stop') : t('hear')}
        </Button>
        <span className="dim">{t('overlap', { length: formatDuration(join.overlapSeconds, true) })}</span>
        <span className={classes.space} />
        {may('presenter') ? (
          <>
            <Button
              variant="subtle"
              leftSection={<IconArrowBackUp size={15} />}
              loading={resetting}
              disabled={nothingAsked && join.kept === null}
              onClick={() => (join.kept === null ? lab.reload() : void reset())}
            >
              {t('backToRules')}
            </Button>
            {may('programmer') ? (
              <Button
                loading={keepingTrack}
                disabled={nothingAsked || problem !== null}
                onClick={() => void keepForTrack()}
                title={t('keepForTrackHint')}
              >
                {t('keepForTrack')}
              </Button>
            ) : null}
            <Button
              loading={keeping}
              disabled={!touched || problem !== null || !join.open}
              onClick={() => void keepForJoin()}
            >
              {t('keepForJoin')}
            </Button>
          </>
        ) : null}
        <Button variant="subtle" onClick={onClose}>
          {t('common:action.close')}
        </Button>
      </footer>
    </div>
  )
}

/** Peaks of both files around the join; asked for again only when it has moved far. */
function useWaves(join: Join | null, span: number) {
  const reach = span / 2 + marginSeconds
  const place = (seconds: number) => Math.round(seconds / 10) * 10
  const begins = place(join?.beginsAtSeconds ?? 0)
  const enters = place(join?.entersAtSeconds ?? 0)
  const part = (side: Join['from'] | undefined, middle: number, signal: AbortSignal) => {
    const from = Math.max(0, middle - reach)
    const to = Math.min(side?.durationSeconds ?? 0, middle + reach)
    return side && to > from ? fetchWaveformPart(side.trackId, from, to, signal) : Promise.resolve(null)
  }
  const first = useRemote((signal) => part(join?.from, begins, signal), [join?.from.trackId, begins, reach])
  const second = useRemote((signal) => part(join?.to, enters, signal), [join?.to.trackId, enters, reach])
  return { first: first.data ?? null, second: second.data ?? null }
}
