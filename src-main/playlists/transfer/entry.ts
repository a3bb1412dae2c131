// What a line of a playlist file says, whatever its form.

export interface Entry {
  /** Where it stands in the file, from 1 on. */
  line: number
  /** As it stands there. */
  text: string
  /** Paths or addresses, the likeliest first: a text whose character set is not said can be read in several ways. */
  locations: string[]
  title?: string
  artist?: string
  durationSeconds?: number
  /** Of a list that was written by this program. */
  trackId?: number
  isrc?: string
  note?: string
  weight?: number
  /** It cannot be understood, in words. */
  problem?: string
}

/** Takes a file in pieces and gives what it has understood so far. */
export interface EntryParser {
  /** @throws StationError `unprocessable` for a file that is not of this form */
  push(text: string): Entry[]
  end(): Entry[]
  /** The name the file gives the list. */
  readonly title: string | null
}

/** Longer ones are not read: nothing that is meant is. */
export const longestLine = 64 * 1024
export const tooLong = 'The line is too long.'

const numberOf = (text: string | undefined): number | undefined => {
  const value = Number(text)
  return text === undefined || text.trim() === '' || !Number.isFinite(value) ? undefined : value
}

/** @returns seconds of "215", "215.4" or "3:35"; undefined for what is none, and for -1, which means unknown */
export function secondsOf(text: string | undefined): number | undefined {
  const clock = /^\s*(?:(\d+):)?(\d{1,4}):(\d{1,2}(?:\.\d+)?)\s*$/.exec(text ?? '')
  const seconds = clock ? (Number(clock[1] ?? 0) * 60 + Number(clock[2])) * 60 + Number(clock[3]) : numberOf(text)
  return seconds !== undefined && seconds > 0 ? seconds : undefined
}

export function weightOf(text: string | undefined): number | undefined {
  const weight = numberOf(text)
  return weight !== undefined && Number.isInteger(weight) && weight >= 1 && weight <= 100 ? weight : undefined
}

export function idOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text.trim()) ? Number(text) : undefined
}

export const noteOf = (text: string | undefined): string | undefined => (text ? text.slice(0, 2000) : undefined)
