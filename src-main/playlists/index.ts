// Playlists, and the rotation that draws from them.
export { createPlaylists, type Playlists } from './playlists'
export { createRotationDesk, type RotationDesk } from './rotation/desk'
