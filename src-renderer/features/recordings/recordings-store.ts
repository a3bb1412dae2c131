// What of the recording is in view and selected. One for the studio: coming back to the screen finds it as it was left.
import { create } from 'zustand'
import type { View } from './timeline-rules'

interface RecordingsState {
  /** Null until the first look. */
  view: View | null
  /** The view goes along with the live edge. */
  atEdge: boolean
  selection: View | null
}

export const useRecordings = create<RecordingsState>(() => ({ view: null, atEdge: true, selection: null }))

export const show = (view: View, atEdge = false): void => useRecordings.setState({ view, atEdge })
export const select = (selection: View | null): void => useRecordings.setState({ selection })
