// The recordings screen: the program of the last days on a timeline, what was heard when, and what is cut out of it.

import type { RecorderState } from '@contract/recorder'
import { IconPlayerRecord } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, ErrorState, LoadingState } from '../../ui'
import { DayBar } from './day-bar'
import { FileList } from './file-list'
import { MarkerList } from './marker-list'
import { RecorderLine } from './recorder-line'
import classes from './recordings.module.css'
import { show, useRecordings } from './recordings-store'
import { zooms } from './timeline-rules'
import { TimelineView } from './timeline-view'
import { Transport } from './transport'
import { useRecording } from './use-recording'

/** The live edge comes no closer to the right than this share of the view. */
const edgeShare = 0.02

export function RecordingsScreen() {
  const { t } = useTranslation('recordings')
  const recorder = useTopic('recorder')
  const { view, atEdge } = useRecordings()
  const { overview, timeline, markers } = useRecording(view)
  useEdge(recorder, atEdge)
  const nothing = recorder.oldestAt === null
  return (
    <div className={classes.screen}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <RecorderLine />
      {nothing || !view ? (
        <EmptyState
          icon={IconPlayerRecord}
          title={t('empty.title')}
          hint={t(recorder.enabled ? (recorder.state === 'offAir' ? 'empty.offAir' : 'empty.soon') : 'empty.off')}
        />
      ) : (
        <>
          <DayBar spans={overview.data?.spans ?? []} view={view} />
          {timeline.error && !timeline.data ? (
            <ErrorState message={describeError(timeline.error)} onRetry={timeline.reload} />
          ) : (
            <TimelineView view={view} timeline={timeline.data} markers={markers.data ?? []} />
          )}
          <Transport view={view} markers={markers.data ?? []} />
        </>
      )}
      <div className={classes.lists}>
        {nothing ? null : markers.data && view ? <MarkerList markers={markers.data} view={view} /> : <LoadingState />}
        <FileList />
      </div>
    </div>
  )
}

/** The first view is the last hour, or less where there is less; it goes along with the live edge until somebody moves it. */
function useEdge({ newestAt, oldestAt }: RecorderState, atEdge: boolean): void {
  useEffect(() => {
    const { view } = useRecordings.getState()
    if (newestAt === null || oldestAt === null) return
    const recorded = Math.max(zooms.minute, (newestAt - oldestAt) * 1.3)
    const length = view ? view.to - view.from : Math.min(zooms.hour, recorded)
    const moves = atEdge && newestAt > (view?.to ?? 0) - length * edgeShare
    if (!view || moves)
      show({ from: newestAt - length * (1 - 2 * edgeShare), to: newestAt + length * 2 * edgeShare }, true)
  }, [newestAt, oldestAt, atEdge])
}
