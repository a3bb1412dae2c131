// Numbers as a console shows them: real minus signs, fixed places, the station's zone.

const minus = '−'
const signed = (text: string) => text.replace('-', minus)

/** @returns '4:10', '1:02:03'; with tenths '2:28.1'. Negative durations keep their minus. */
export function formatDuration(seconds: number, tenths = false): string {
  if (!Number.isFinite(seconds)) return '–'
  const sign = seconds < 0 ? minus : ''
  const units = tenths ? Math.floor(Math.abs(seconds) * 10 + 1e-6) : Math.round(Math.abs(seconds)) * 10
  const whole = Math.floor(units / 10)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = String(whole % 60).padStart(2, '0')
  const head = hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : String(minutes)
  return `${sign}${head}:${rest}${tenths ? `.${units % 10}` : ''}`
}

/** @returns '02:14:09': time on air or up; days are counted in hours up to 99, then '4 d 02:14'. */
export function formatElapsed(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const clock = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`
  if (hours < 100) return `${two(hours)}:${clock}`
  return `${Math.floor(hours / 24)} d ${two(hours % 24)}:${two(Math.floor((whole % 3600) / 60))}`
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', options)
  formatters.set(key, made)
  return made
}

/** @returns the time of day '22:31:07' in the given IANA zone. */
export function formatClock(at: number, timeZone: string, seconds = true): string {
  const options: Intl.DateTimeFormatOptions = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
  if (seconds) options.second = '2-digit'
  return formatter(`clock ${timeZone} ${seconds}`, options).format(at)
}

/** @returns '2026-11-21 22:31' in the given IANA zone, on request with seconds. */
export function formatDateTime(at: number, timeZone: string, seconds = false): string {
  const date = formatter(`date ${timeZone}`, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = Object.fromEntries(date.formatToParts(at).map((part) => [part.type, part.value]))
  return `${parts.year}-${parts.month}-${parts.day} ${formatClock(at, timeZone, seconds)}`
}

/** @returns '−16.2'; '–' for silence or nothing measured. */
export function formatLevel(decibels: number | null | undefined, places = 1): string {
  if (decibels === null || decibels === undefined || !Number.isFinite(decibels) || decibels <= -100) return '–'
  const text = decibels.toFixed(places)
  return signed(Number(text) === 0 ? text.replace('-', '') : text)
}

/** @returns '2.1' seconds from milliseconds. */
export const formatLatency = (milliseconds: number): string => (milliseconds / 1000).toFixed(1)

/** @returns '1.4 MB'. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let step = 0
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000
    step += 1
  }
  return `${step === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[step]}`
}

/** @returns '12 345' with thin spaces, the same in every language. */
export const formatCount = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u2009')
