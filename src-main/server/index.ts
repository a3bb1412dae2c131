// The doors of the control plane: REST, WebSocket and MessagePort on one contract.
export type { Rooms, ServerDeps } from './context'
export { type ControlServer, createControlServer, type RpcPort } from './server'
