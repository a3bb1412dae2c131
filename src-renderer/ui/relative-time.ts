// How long ago something was, in the person's language: '3 minutes ago', 'vor 3 Minuten'.
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]
const formatters = new Map<string, Intl.RelativeTimeFormat>()

/** @param language of the texts, such as i18n.language; both instants in milliseconds since epoch */
export function formatAgo(at: number, now: number, language: string): string {
  let formatter = formatters.get(language)
  if (!formatter) {
    formatter = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'long' })
    formatters.set(language, formatter)
  }
  const seconds = Math.round((at - now) / 1000)
  const step = steps.find(([, length]) => Math.abs(seconds) >= length)
  if (!step) return formatter.format(0, 'second')
  return formatter.format(Math.trunc(seconds / step[1]), step[0])
}
