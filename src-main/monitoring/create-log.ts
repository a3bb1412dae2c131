// The station's log: pino writes every line to the log files and, where wanted, in plain words to a stream.
import type { Writable } from 'node:stream'
import type { LogLine as StoredLine } from '@contract/monitoring'
import type { Log, LogLevel, LogLine } from './log'
import { type LogFileOptions, openLogFile } from './log-file'
import { type LogQuery, readLogFiles } from './read-logs'
import { redactFields } from './redact-fields'

export interface LogServiceOptions extends Omit<LogFileOptions, 'folder' | 'onTrouble'> {
  /** Folder of the log files; without one nothing is kept. */
  folder?: string
  level?: LogLevel
  /** Gets each line in plain words, for a terminal. */
  echo?: Writable
}

export interface LogService {
  readonly log: Log
  setLevel(level: LogLevel): void
  /** Writes a line that came from a worker thread. */
  writeForwarded(line: LogLine): void
  /** How many lines of each level there were since the start, written or not. */
  counts(): Record<LogLevel, number>
  /** Sets who is told, once, that lines cannot be written, and with null that they can again. */
  onTrouble(tell: (error: Error | null) => void): void
  /** @returns lines newest first */
  read(query?: LogQuery): Promise<StoredLine[]>
  flush(): Promise<void>
  close(): Promise<void>
}

/** Opens the station's log. pino is loaded here and not before, so that worker threads can import the room's door. */
export async function createLog(options: LogServiceOptions = {}): Promise<LogService> {
  const { pino } = await import('pino')
  const { folder, level = 'info', echo, ...fileOptions } = options
  let trouble: Error | null = null
  let tellTrouble: (error: Error | null) => void = () => {}
  const onTrouble = (error: Error | null) => {
    trouble = error
    tellTrouble(error)
  }
  const file = folder === undefined ? null : openLogFile({ ...fileOptions, folder, onTrouble })
  const counts: Record<LogLevel, number> = { debug: 0, info: 0, warn: 0, error: 0 }
  const streams: { level: LogLevel; stream: { write(line: string): void } }[] = []
  if (file) streams.push({ level: 'debug', stream: file })
  if (echo) streams.push({ level: 'debug', stream: { write: (line) => void echo.write(inWords(line)) } })
  const logger = pino(
    {
      level,
      base: undefined,
      messageKey: 'message',
      timestamp: () => `,"at":${Date.now()}`,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.multistream(streams),
  )
  const write = (line: LogLine): void => {
    counts[line.level] += 1
    if (!logger.isLevelEnabled(line.level)) return
    const { service, level: at, message, fields } = line
    logger[at]({ service, fields: redactFields(fields ?? {}) }, redactFields(message) as string)
  }
  const named = (service: string): Log => {
    const at = (atLevel: LogLevel) => (message: string, fields?: Record<string, unknown>) =>
      write({ service, level: atLevel, message, fields })
    const child = (name: string) => named(service === 'station' ? name : `${service}.${name}`)
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), child }
  }
  const atExit = (): void => file?.flushNow()
  process.on('exit', atExit)
  return {
    log: named('station'),
    setLevel: (to) => {
      logger.level = to
    },
    writeForwarded: write,
    counts: () => ({ ...counts }),
    onTrouble(tell) {
      tellTrouble = tell
      if (trouble) tell(trouble)
    },
    async read(query = {}) {
      await file?.flush()
      return file ? readLogFiles(await file.files(), query) : []
    },
    flush: async () => file?.flush(),
    async close() {
      process.off('exit', atExit)
      await file?.close()
    },
  }
}

function inWords(line: string): string {
  const { at, level, service, message, fields } = JSON.parse(line) as StoredLine
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
  return `${new Date(at).toISOString()} ${level.padEnd(5)} ${service}: ${message}${rest}\n`
}
