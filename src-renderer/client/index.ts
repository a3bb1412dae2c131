// The door of the client: everything a screen needs to talk to the station.
export { client, dropConnection, reconnectNow, startClient, useConnection } from './client'
export { stationNow } from './clock'
export { desktop } from './desktop'
export {
  artworkUrl,
  exportUrl,
  fetchWaveform,
  fetchWaveformPart,
  postJson,
  previewJoin,
  removeArtwork,
  sendArtwork,
  sendPicture,
  sendTable,
  spectrumUrl,
  trackFileUrl,
  uploadTrack,
  type WaveformPart,
} from './http'
export { importPlaylistFile, playlistExportUrl, rehearsalExportUrl } from './playlist-files'
export { recordingFileUrl, recordingListenUrl } from './recordings'
export { type ReportFormat, reportUrl } from './reports'
export { describeError, errorCode, type RemoteData, useAction, useRemote } from './use-remote'
