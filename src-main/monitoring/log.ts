// The log as every room sees it. Nothing heavy is loaded here, so that worker threads may import it.

import type { LogLine as StoredLine } from '@contract/monitoring'

/** Writes one line each; `fields` holds plain data, secrets in it are hidden before anything is written. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  /** @param name the service, as shown in the log view; names nest with a dot: `outputs`, `outputs.hls` */
  child(name: string): Log
}

export type LogLevel = StoredLine['level']

/** A line on its way from a worker thread to the main thread. */
export interface LogLine {
  service: string
  level: LogLevel
  message: string
  fields?: Record<string, unknown>
}

const nothing = () => {}

/** Drops everything: for tests. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silentLog }

/**
 * A log for a worker thread: every line goes to `post`, the main thread hands it to `writeForwarded`.
 * @param service name of the service the lines belong to
 */
export function forwardingLog(service: string, post: (line: LogLine) => void): Log {
  const at = (level: LogLevel) => (message: string, fields?: Record<string, unknown>) =>
    post(fields ? { service, level, message, fields } : { service, level, message })
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (name) => forwardingLog(`${service}.${name}`, post),
  }
}
