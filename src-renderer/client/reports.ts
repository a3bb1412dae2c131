// Addresses of reports of what aired, for downloads.

export type ReportFormat = 'csv' | 'soundexchange' | 'cuesheet'

/** @param templateId null for every column @param period milliseconds since epoch; `to` is not part of it */
export function reportUrl(
  period: { from: number; to: number },
  format: ReportFormat,
  templateId: number | null,
): string {
  const query = new URLSearchParams({ format, from: String(period.from), to: String(period.to) })
  if (format === 'csv' && templateId !== null) query.set('template', String(templateId))
  return `/api/log/export?${query}`
}
