// What comes in: the RTMP server behind its gate, presenters, and who of them is on air. Other rooms import only this.
export type { EngineLiveState } from './air-desk'
export { createLive, type Live, type LiveDependencies, type LiveEngine } from './live'
export type { ClientRequest, FromClients, TitleRequest, ToClients } from './clients/wire'
export type { LivePcmMessage } from './protocol'
export type { IncidentReporter } from './worker-events'
