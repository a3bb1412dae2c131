// The door of the client: everything a screen needs to talk to the station.
export { type Client, client, dropConnection, reconnectNow, startClient, useConnection } from './client'
export { stationNow } from './clock'
export { ConnectionLostError, type ConnectionState } from './connection'
export { desktop } from './desktop'
export { artworkUrl, fetchWaveform, postJson, trackFileUrl, uploadTrack, type WaveformPeaks } from './http'
export { describeError, errorCode, type RemoteData, useAction, useRemote } from './use-remote'
