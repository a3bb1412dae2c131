// Health, incidents, numbers and logs of the station.
export { createLog, type LogService, type LogServiceOptions } from './create-log'
export type { ComponentHealth, ComponentName, HealthDesk } from './health'
export type { IncidentReport, Incidents } from './incidents'
export { forwardingLog, type Log, type LogLevel, type LogLine, silentLog } from './log'
export type { GaugeDefinition, Metrics } from './metrics'
export { createMonitoring, type Monitoring, type MonitoringDeps } from './monitoring'
export type { ServiceReport, Services } from './services'
export type { SystemDesk, SystemNotes } from './system'
