// Playlists, and the rotation that draws from them.
export { createPlaylists, type Playlists, type PlaylistsDeps } from './playlists'
export type { DrawnTrack, PlannedBefore } from './rotation'
