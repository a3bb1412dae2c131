// What the station has recorded of the present view, asked for again as it grows.
import type { RecorderState, RecordingMarker, Span, Timeline } from '@contract/recorder'
import { useEffect, useState } from 'react'
import { client, type RemoteData, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { tellSpans } from './playback'
import type { View } from './timeline-rules'

const points = 900
/** A step of the picture, but not more often than this. */
const leastReloadMs = 2000

export interface RecordingData {
  overview: RemoteData<RecorderState & { spans: Span[] }>
  timeline: RemoteData<Timeline>
  markers: RemoteData<RecordingMarker[]>
}

export function useRecording(view: View | null): RecordingData {
  const { newestAt, oldestAt, state } = useTopic('recorder')
  const from = Math.round(view?.from ?? 0)
  const to = Math.round(view?.to ?? 0)
  const atEdge = newestAt !== null && newestAt >= from && newestAt <= to + leastReloadMs
  const reloadMs = Math.max(leastReloadMs, (to - from) / points)
  const growth = useGrowth(atEdge ? newestAt : null, reloadMs)
  const hasView = view !== null
  const overview = useRemote(
    (signal) => client.recorder.get(undefined, { signal }),
    [oldestAt, state, useGrowth(newestAt, leastReloadMs)],
  )
  const timeline = useRemote<Timeline>(
    (signal) => client.recorder.timeline({ from: hasView ? from : 0, to: hasView ? to : 1, points }, { signal }),
    [from, to, growth],
  )
  const markers = useRemote<RecordingMarker[]>(
    (signal) => client.recorder.markers({ from: hasView ? from : 0, to: hasView ? to : 1 }, { signal }),
    [from, to, growth],
  )
  const spans = overview.data?.spans
  useEffect(() => {
    if (spans) tellSpans(spans)
  }, [spans])
  return { overview, timeline, markers }
}

/** Changes with the recording, at most this often. */
function useGrowth(newestAt: number | null, everyMs: number): number {
  const step = newestAt === null ? 0 : Math.floor(newestAt / everyMs)
  const [settled, setSettled] = useState(step)
  useEffect(() => setSettled(step), [step])
  return settled
}
