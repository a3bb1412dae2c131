// Health, incidents, numbers and logs of the station. Light to import: pino and prom-client are loaded with first use.
export { createLog, type LogService } from './create-log'
export type { Incidents } from './incidents'
export { type Log, type LogLevel, type LogLine, silentLog } from './log'
export { createMonitoring, type Monitoring } from './monitoring'
export { createTolerantWrites, type TolerantWrite } from './tolerant-writes'
export { surviveUnexpectedErrors } from './unexpected-errors'
