// Playlists, and the rotation that draws from them.
export { createPlaylists, type Playlists } from './playlists'
export { createRotation, type DrawnTrack, type Rotation } from './rotation'
export { createRotationDesk, type RotationDesk } from './rotation/desk'
export { isOpen, lastMinute, localTime } from './rotation/local-time'
export { createLot } from './rotation/lot'
export { createRepeatFinder } from './rotation/repeats'
export { createShuffles } from './shuffle'
