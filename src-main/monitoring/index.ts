// Health, incidents, numbers and logs of the station.
export { createLog, type LogService, type LogServiceOptions } from './create-log'
export { forwardingLog, type Log, type LogLevel, type LogLine, logLevels, silentLog } from './log'
