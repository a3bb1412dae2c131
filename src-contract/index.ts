// The contract: every command, query and event of the studio. Mounted as MessagePort RPC, WebSocket RPC and REST.
import { accessContract } from './access'
import { cartsContract } from './carts'
import { drillsContract } from './drills'
import { libraryContract } from './library'
import { liveContract } from './live'
import { loudnessContract } from './loudness'
import { metadataContract } from './metadata'
import { monitoringContract } from './monitoring'
import { outputsContract } from './outputs'
import { playlistsContract } from './playlists'
import { playoutContract } from './playout'
import { recorderContract } from './recorder'
import { rightsContract } from './rights'
import { rotationContract } from './rotation'
import { stationContract } from './station'
import { trackPageContract } from './track-page'
import { transitionsContract } from './transitions'

export const contract = {
  station: stationContract,
  playout: playoutContract,
  carts: cartsContract,
  library: libraryContract,
  metadata: metadataContract,
  playlists: playlistsContract,
  live: liveContract,
  outputs: outputsContract,
  loudness: loudnessContract,
  monitoring: monitoringContract,
  access: accessContract,
  recorder: recorderContract,
  drills: drillsContract,
  transitions: transitionsContract,
  rights: rightsContract,
  rotation: rotationContract,
  trackPage: trackPageContract,
}
export type Contract = typeof contract
