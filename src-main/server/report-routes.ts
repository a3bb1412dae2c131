// Reports of what aired, as files.
import { Readable } from 'node:stream'
import { StationError } from '@contract/errors'
import type { Context } from 'hono'
import type { AppEnv, ReportOrder, ServerDeps, StudioApp } from './context'
import { requireRole } from './media-routes'

export function addReportRoutes(app: StudioApp, { report }: ServerDeps) {
  app.get('/api/log/export', (c) => {
    requireRole(c, 'viewer')
    const { fileName, contentType, text } = report(orderOf(c))
    return c.body(Readable.toWeb(Readable.from(text, { objectMode: false })) as unknown as ReadableStream, 200, {
      'content-type': contentType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      'cache-control': 'no-store',
    })
  })
}

/** @throws StationError validation */
function orderOf(c: Context<AppEnv>): ReportOrder {
  const whole = (name: string): number => {
    const text = c.req.query(name)
    if (text === undefined || !/^\d{1,15}$/.test(text)) {
      throw new StationError('validation', `${name}: milliseconds since 1970-01-01T00:00Z, a whole number.`, {
        field: name,
      })
    }
    return Number(text)
  }
  const period = { from: whole('from'), to: whole('to') }
  const format = c.req.query('format') ?? 'csv'
  if (format === 'cuesheet') return { ...period, format }
  if (format === 'csv') {
    return { ...period, format, templateId: c.req.query('template') === undefined ? null : whole('template') }
  }
  if (format === 'soundexchange') {
    const category = (c.req.query('category') ?? 'A').toUpperCase()
    if (!/^[A-Z]$/.test(category)) {
      throw new StationError('validation', 'category: one letter, A for most webcasters.', { field: 'category' })
    }
    return { ...period, format, category }
  }
  throw new StationError('validation', 'format: csv, soundexchange or cuesheet.', { field: 'format' })
}
