// What comes in: the RTMP server behind its gate, presenters, and who of them is on air. Other rooms import only this.
export type { EngineLiveState } from './air-desk'
export type { ClientRequest, FromClients, TitleRequest, ToClients } from './clients/wire'
export type { FromGuestDoor, ToGuestDoor } from './guests/protocol'
export { createLive } from './live'
export type { SoundPipe } from './microphone/sound-pipe'
export type { Live, LiveDependencies, LiveEngine, LivePortName } from './ports'
export type { LivePcmMessage } from './protocol'
export type { IncidentReporter } from './worker-events'
