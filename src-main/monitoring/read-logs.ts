// Reads log files from their end, a piece at a time, until enough lines are found: a long log costs nothing.
import { type FileHandle, open } from 'node:fs/promises'
import type { LogLine } from '@contract/monitoring'
import type { LogLevel } from './log'

export interface LogQuery {
  /** A service and those below it: `outputs` finds `outputs.hls` too. */
  service?: string
  /** This level and those above. */
  level?: LogLevel
  /** Text that the message or a field holds, in any case. */
  q?: string
  /** Milliseconds since epoch; older lines are left out. */
  since?: number
  /** 200 unless told. */
  limit?: number
}

const levels: readonly string[] = ['debug', 'info', 'warn', 'error']
const pieceBytes = 128 * 1024

/** @returns matching lines, newest first */
export async function readLogFiles(paths: readonly string[], query: LogQuery): Promise<LogLine[]> {
  const found: LogLine[] = []
  const limit = query.limit ?? 200
  for (const path of paths) {
    for await (const text of linesFromEnd(path)) {
      const line = parse(text)
      if (!line) continue
      if (query.since !== undefined && line.at < query.since) return found
      if (matches(line, text, query)) found.push(line)
      if (found.length >= limit) return found
    }
  }
  return found
}

function matches(line: LogLine, text: string, query: LogQuery): boolean {
  if (query.level && levels.indexOf(line.level) < levels.indexOf(query.level)) return false
  if (query.service && line.service !== query.service && !line.service.startsWith(`${query.service}.`)) return false
  return !query.q || text.toLowerCase().includes(query.q.toLowerCase())
}

function parse(text: string): LogLine | null {
  try {
    const line = JSON.parse(text) as Partial<LogLine>
    if (typeof line.at !== 'number' || typeof line.level !== 'string' || typeof line.message !== 'string') return null
    return {
      at: line.at,
      level: line.level,
      service: line.service ?? '',
      message: line.message,
      fields: line.fields ?? {},
    }
  } catch {
    return null // A line cut off by a crash.
  }
}

async function* linesFromEnd(path: string): AsyncGenerator<string> {
  const handle = await open(path, 'r').catch(() => null)
  if (!handle) return
  try {
    yield* linesOf(handle)
  } finally {
    await handle.close()
  }
}

async function* linesOf(handle: FileHandle): AsyncGenerator<string> {
  let end = (await handle.stat()).size
  let rest: Buffer = Buffer.alloc(0)
  while (end > 0) {
    const length = Math.min(pieceBytes, end)
    const piece = Buffer.alloc(length)
    await handle.read(piece, 0, length, end - length)
    end -= length
    const joined = Buffer.concat([piece, rest])
    const firstBreak = end > 0 ? joined.indexOf(10) : -1
    if (end > 0 && firstBreak < 0) {
      rest = joined
      continue
    }
    rest = joined.subarray(0, Math.max(firstBreak, 0))
    const lines = joined
      .subarray(firstBreak + 1)
      .toString('utf8')
      .split('\n')
    for (let index = lines.length - 1; index >= 0; index -= 1) if (lines[index]) yield lines[index] as string
  }
}
