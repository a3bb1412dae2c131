// The composition root: what both doors open.
export { helpText, type LaunchOptions, parseLaunchOptions } from './launch-options'
export { type Rendered, type RenderOptions, renderStation } from './render-station'
export { parseStartTime } from './start-time'
export type { StateStream } from './state-stream'
export { openStation, type Station, type StationAddresses, type StationOptions } from './station'
