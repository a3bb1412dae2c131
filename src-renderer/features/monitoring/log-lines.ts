// The log as it is followed: lines in the order of time, new ones joined to those already there. Pure.
import type { LogLine } from '@contract/monitoring'

/** Older lines are let go of; they are in the log files. */
export const mostLines = 2000

const sameLine = (a: LogLine, b: LogLine) =>
  a.at === b.at && a.service === b.service && a.message === b.message && a.level === b.level

/**
 * @param shown oldest first
 * @param fetched newest first, as the engine gives them; may repeat lines of the last shown millisecond
 * @returns oldest first; the same array when there is nothing new
 */
export function joinLines(shown: readonly LogLine[], fetched: readonly LogLine[]): readonly LogLine[] {
  const last = shown.at(-1)
  const fresh = fetched
    .filter((line) => !last || line.at > last.at || (line.at === last.at && !shown.some((old) => sameLine(old, line))))
    .toReversed()
  return fresh.length === 0 ? shown : [...shown, ...fresh].slice(-mostLines)
}

/** 'itemId=12 path="/music/a b.mp3"': what stands behind a message. */
export function fieldsText(fields: LogLine['fields']): string {
  return Object.entries(fields)
    .map(
      ([key, value]) => `${key}=${typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value)}`,
    )
    .join(' ')
}

/** One line as text, for the clipboard. */
export const lineText = (line: LogLine): string =>
  [new Date(line.at).toISOString(), line.level, line.service, line.message, fieldsText(line.fields)]
    .filter(Boolean)
    .join(' ')
