// The doors of the control plane: REST, WebSocket and MessagePort on one contract.
export type { CallContext, Rooms } from './context'
export { describeContract } from './openapi'
export { type ControlServer, createControlServer, type ServerDeps } from './server'
