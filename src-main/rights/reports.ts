// Reports of what aired: by a template, for SoundExchange, and as a cue sheet. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { ReportColumn, ReportTemplate } from '@contract/rights'
import { stringify } from 'csv-stringify/sync'
import { type AiredRow, airedSelect, isReported } from './entries'

export interface Period {
  from: number
  to: number
}

export interface Report {
  fileName: string
  contentType: string
  /** In pieces, so that a year of a busy station need not be in memory at once. */
  text: Iterable<string>
}

export interface ReportsDeps {
  db: DatabaseSync
  stationName: () => string
  /** IANA name of the station's time zone. */
  timezone: () => string
}

type Row = AiredRow & { durationSeconds: number | null; heardAt: number | null; output: string | null }

const rowsAtOnce = 500

/** When somebody asks for a report without a template of their own. */
export const plainTemplate: ReportTemplate = {
  name: 'Everything that aired',
  columns: (
    [
      ...['date', 'time', 'title', 'artist', 'album', 'label', 'isrc', 'composer', 'kind', 'playedSeconds'],
      ...['listenersAtStart', 'listeners', 'listenerHours', 'reason', 'endReason', 'startedAt'],
    ] as ReportColumn[]
  ).map((column) => ({ column, heading: column })),
  separator: ',',
  withHeadings: true,
  kinds: [],
  perOutput: false,
}

/** The columns of SoundExchange's report of use, in its order. */
export const soundExchangeColumns = [
  'NAME_OF_SERVICE',
  'TRANSMISSION_CATEGORY',
  'FEATURED_ARTIST',
  'SOUND_RECORDING_TITLE',
  'ISRC',
  'ALBUM_TITLE',
  'MARKETING_LABEL',
  'ACTUAL_TOTAL_PERFORMANCES',
] as const

export function createReports({ db, stationName, timezone }: ReportsDeps) {
  const select = (perOutput: boolean) =>
    airedSelect
      .replace(
        'SELECT',
        `SELECT t.durationSeconds, ${perOutput ? 'a.heardAt, a.output,' : 'NULL AS heardAt, NULL AS output,'}`,
      )
      .replace(
        'r.listeners, r.listenerSeconds',
        perOutput ? 'a.listeners, a.listenerSeconds' : 'r.listeners, r.listenerSeconds',
      ) + (perOutput ? ' JOIN logAudience a ON a.logId = e.id' : '')

  function* rows(period: Period, condition: string, perOutput = false): Generator<Row> {
    const statement = db.prepare(
      `${select(perOutput)} WHERE (e.startedAt, e.id) > (?, ?) AND e.startedAt >= ? AND e.startedAt < ? AND e.endedAt IS NOT NULL
       AND ifnull(r.excluded, 0) = 0 AND ${condition} ORDER BY e.startedAt, e.id LIMIT ?`,
    )
    let last: [number, number] = [-1, -1]
    for (;;) {
      const found = statement.all(...last, period.from, period.to, rowsAtOnce) as unknown as Row[]
      // An entry heard on several outputs must not be cut in two by the end of a piece.
      const whole = found.length < rowsAtOnce ? found : found.filter(({ id }) => id !== found.at(-1)?.id)
      yield* whole
      const end = whole.at(-1)
      if (found.length < rowsAtOnce || !end) return
      last = [end.startedAt, end.id]
    }
  }

  function byTemplate(template: ReportTemplate, period: Period): Report {
    const kinds = template.kinds.length > 0 ? `e.kind IN (${template.kinds.map(quoted).join(', ')})` : '1'
    const clock = clockOf(timezone())
    const lines = function* () {
      const line = (cells: string[]) => stringify([cells], { delimiter: template.separator, escape_formulas: true })
      if (template.withHeadings) yield `\ufeff${line(template.columns.map(({ heading }) => heading))}`
      for (const row of rows(period, kinds, template.perOutput)) {
        yield line(template.columns.map(({ column }) => cell(row, column, clock)))
      }
    }
    return {
      fileName: fileName(stationName(), template.name, period, clock, 'csv'),
      contentType: csvType,
      text: lines(),
    }
  }

  /** One line for each recording; performances are everyone who heard any of it, over all plays. */
  function soundExchange(period: Period, category: string): Report {
    const counted = db.prepare(
      `SELECT e.artist, e.title, coalesce(r.isrc, t.isrc, '') AS isrc, e.album, coalesce(r.label, t.label, '') AS label,
         sum(coalesce(r.listeners, e.listenersAtStart, 0)) AS performances
       FROM logEntries e LEFT JOIN logRights r ON r.logId = e.id LEFT JOIN tracks t ON t.id = e.trackId
       WHERE ${isReported} AND e.startedAt >= ? AND e.startedAt < ?
       GROUP BY 1, 2, 3, 4, 5 HAVING performances > 0 ORDER BY 1, 2`,
    )
    const service = stationName()
    const lines = function* () {
      yield `${soundExchangeColumns.join('|')}\r\n`
      for (const row of counted.iterate(period.from, period.to)) {
        const { artist, title, isrc, album, label, performances } = row as Record<string, string | number>
        yield `${[service, category, artist, title, isrc, album, label].map((text) => caret(String(text))).join('|')}|${performances}\r\n`
      }
    }
    const clock = clockOf(timezone())
    const day = (ms: number) => clock(ms).date.split('-').reverse().join('')
    const name = `${
      asFileName(service)
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]/g, '') || 'STATION'
    }${day(period.from)}-${day(period.to - 1)}_${category}.txt`
    return { fileName: name, contentType: 'text/plain; charset=utf-8', text: lines() }
  }

  /** In the order of airing: in and out in the station's time, length, who made and published it, how it was used. */
  function cueSheet(period: Period): Report {
    const clock = clockOf(timezone())
    const headings = [
      'Cue',
      'Date',
      'In',
      'Out',
      'Length',
      'Title',
      'Artist',
      'Composer',
      'Album',
      'Label',
      'ISRC',
      'Use',
    ]
    const lines = function* () {
      yield `\ufeff${stringify([headings])}`
      let number = 0
      for (const row of rows(period, 'e.playedSeconds > 0')) {
        number += 1
        const [start, end] = [clock(row.startedAt), clock(row.endedAt ?? row.startedAt)]
        const { title, artist, composer, album, label, isrc, kind } = row
        const cells = [String(number), start.date, start.time, end.time, length(row.playedSeconds ?? 0)]
        yield stringify([[...cells, title, artist, composer, album, label, isrc, uses[kind] ?? kind]], {
          escape_formulas: true,
        })
      }
    }
    return { fileName: fileName(stationName(), 'cue sheet', period, clock, 'csv'), contentType: csvType, text: lines() }
  }

  return { byTemplate, soundExchange, cueSheet }
}

const csvType = 'text/csv; charset=utf-8'
const uses: Record<string, string> = {
  music: 'feature',
  bed: 'background',
  jingle: 'theme',
  sweeper: 'theme',
  spot: 'commercial',
  speech: 'speech',
  talk: 'speech',
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Text between carets, as the report of use has it; a caret or a bar of its own would end it. */
const caret = (text: string): string =>
  `^${text
    .replaceAll(/[\^|\r\n]+/g, ' ')
    .trim()
    .toUpperCase()}^`

function cell(row: Row, column: ReportColumn, clock: Clock): string {
  const at = row.heardAt ?? row.startedAt
  switch (column) {
    case 'date':
      return clock(at).date
    case 'time':
      return clock(at).time
    case 'startedAt':
      return new Date(at).toISOString()
    case 'endedAt':
      return row.endedAt === null ? '' : new Date(row.endedAt + at - row.startedAt).toISOString()
    case 'duration':
      return row.durationSeconds === null ? '' : length(row.durationSeconds)
    case 'playedSeconds':
      return row.playedSeconds === null ? '' : row.playedSeconds.toFixed(1)
    case 'listenerHours':
      return row.listenerSeconds === null ? '' : (row.listenerSeconds / 3600).toFixed(3)
    default:
      return String(row[column] ?? '')
  }
}

const length = (seconds: number): string => {
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

type Clock = (ms: number) => { date: string; time: string }

function clockOf(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return (ms) => {
    const [date = '', time = ''] = format.format(ms).split(' ')
    return { date, time }
  }
}

const asFileName = (text: string): string => text.replaceAll(/[^\p{L}\p{N} _-]+/gu, ' ').trim()

const fileName = (station: string, what: string, { from, to }: Period, clock: Clock, extension: string): string =>
  `${asFileName(`${station} ${what}`)} ${clock(from).date} ${clock(to - 1).date}.${extension}`

/** @throws StationError validation */
export function checkPeriod({ from, to }: Period): void {
  if (to <= from) throw new StationError('validation', 'The period ends before it begins.', { from, to })
}
