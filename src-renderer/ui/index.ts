// The design system: what every screen is built from.
export { Artwork } from './artwork'
export { meterFraction } from './ballistics'
export { type Surface, useSurface } from './canvas'
export { ConfirmButton } from './confirm-button'
export { Countdown } from './countdown'
export { type Column, DataTable } from './data-table'
export {
  formatBytes,
  formatClock,
  formatCount,
  formatDateTime,
  formatDuration,
  formatElapsed,
  formatLatency,
  formatLevel,
} from './format'
export { useEachFrame } from './frame-loop'
export { KeyHint } from './key-hint'
export { kindIcons } from './kind-icons'
export { LevelMeter } from './level-meter'
export { LiveText } from './live-text'
export { LoudnessTiles, steadily } from './loudness-tiles'
export { Panel, SectionTitle, Tag } from './panel'
export { SortableList, type SortableRow } from './sortable-list'
export { Spectrum } from './spectrum'
export { EmptyState, ErrorState, LoadingState } from './states'
export { StatusDot, type Tone } from './status-dot'
export { cssVariables, theme } from './theme'
export { showDone, showError, showUndo } from './toasts'
export { type CueMark, Waveform, WaveformPlaceholder } from './waveform'
