// The door of what goes out: HLS, the mounts and the listener plane. Other rooms import only this.
export { type NowPlayingItem, type NowPlayingState, nothingPlaying } from './now-playing/state'
export { createOutputs, type Outputs, type OutputsDeps } from './outputs'
export { createRecorder, type RecordedSound, type Recorder } from './recorder/recorder'
