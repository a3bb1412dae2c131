// The contract: every command, query and event of the studio. Mounted as MessagePort RPC, WebSocket RPC and REST.
import { accessContract } from './access'
import { drillsContract } from './drills'
import { libraryContract } from './library'
import { liveContract } from './live'
import { monitoringContract } from './monitoring'
import { outputsContract } from './outputs'
import { playlistsContract } from './playlists'
import { playoutContract } from './playout'
import { stationContract } from './station'

export const contract = {
  station: stationContract,
  playout: playoutContract,
  library: libraryContract,
  playlists: playlistsContract,
  live: liveContract,
  outputs: outputsContract,
  monitoring: monitoringContract,
  access: accessContract,
  drills: drillsContract,
}
export type Contract = typeof contract
