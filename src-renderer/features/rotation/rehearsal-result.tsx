// What a rehearsal found: figures, a bar for each hour, the items of one hour, and what was played most.
import type { Rehearsal, RehearsalResult, RotationList } from '@contract/rotation'
import { Anchor } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { rehearsalExportUrl } from '../../client'
import { useTopic } from '../../stores'
import { formatClock, formatCount, formatDateTime, formatDuration } from '../../ui'
import classes from './rotation.module.css'

const hourMs = 3_600_000
const shownRows = 40
const colours = 8

const nameOf = ({ artist, title }: { artist: string; title: string }): string =>
  artist === '' ? title : `${artist} – ${title}`

export interface RehearsalResultProps {
  rehearsal: Rehearsal
  result: RehearsalResult
  lists: readonly RotationList[]
}

export function RehearsalResultView({ rehearsal, result, lists }: RehearsalResultProps) {
  const { t } = useTranslation('rotation')
  const { timezone } = useTopic('station')
  const [hourAt, setHourAt] = useState<number | null>(null)
  const hour = result.hours.find(({ at }) => at === hourAt) ?? result.hours.find(({ items }) => items > 0)
  const late = result.atMinute.filter(({ lateSeconds }) => lateSeconds === null || lateSeconds > 300)
  return (
    <>
      <dl className={classes.figures}>
        <Figure name={t('rehearsal.items')} value={formatCount(result.items.length)} />
        <Figure
          name={t('rehearsal.repeats')}
          value={formatCount(result.repeats.length)}
          bad={result.repeats.length > 0}
        />
        <Figure
          name={t('rehearsal.emptyHours')}
          value={formatCount(result.emptyHours.length)}
          bad={result.emptyHours.length > 0}
        />
        <Figure name={t('rehearsal.late')} value={`${late.length} / ${result.atMinute.length}`} bad={late.length > 0} />
        <Figure name={t('rehearsal.neverPlayed')} value={formatCount(result.neverPlayed.count)} />
        <Figure
          name={t('rehearsal.took')}
          value={`${(((rehearsal.endedAt ?? 0) - rehearsal.startedAt) / 1000).toFixed(1)} s`}
        />
      </dl>
      <HourChart result={result} lists={lists} timezone={timezone} selected={hour?.at ?? null} onSelect={setHourAt} />
      <p className={classes.exports}>
        {t('rehearsal.export')}
        {(['schedule', 'tracks', 'artists'] as const).map((table) => (
          <Anchor key={table} size="sm" download href={rehearsalExportUrl(rehearsal.id, table, timezone)}>
            {t(`rehearsal.table.${table}`)}
          </Anchor>
        ))}
      </p>
      <div className={classes.results}>
        {hour ? <Items result={result} at={hour.at} timezone={timezone} /> : null}
        <Table
          title={t('rehearsal.repeats')}
          none={t('rehearsal.noRepeats')}
          rows={result.repeats.slice(0, shownRows).map((one) => ({
            key: `${one.at} ${one.rule}`,
            cells: [
              formatDateTime(one.at, timezone),
              nameOf(one),
              t('rehearsal.repeat', {
                rule: t(`ruleName.${one.rule}`),
                minutes: Math.floor(one.minutes),
                wanted: one.wantedMinutes,
              }),
            ],
          }))}
          total={result.repeats.length}
        />
        {result.atMinute.length > 0 ? (
          <Table
            title={t('rehearsal.atMinute')}
            none=""
            rows={result.atMinute.slice(0, shownRows).map((one) => ({
              key: `${one.playlistId} ${one.wantedAt}`,
              cells: [
                formatDateTime(one.wantedAt, timezone),
                one.list,
                one.lateSeconds === null
                  ? t('rehearsal.missed')
                  : t('rehearsal.lateBy', { late: formatDuration(one.lateSeconds) }),
              ],
            }))}
            total={result.atMinute.length}
          />
        ) : null}
        <Table
          title={t('rehearsal.byArtist')}
          none=""
          rows={result.byArtist
            .slice(0, shownRows)
            .map(({ artist, plays }) => ({ key: artist, cells: [artist, formatCount(plays)] }))}
          total={result.byArtist.length}
        />
        <Table
          title={t('rehearsal.byTrack')}
          none=""
          rows={result.byTrack.slice(0, shownRows).map(({ artist, plays, title, trackId }) => ({
            key: String(trackId),
            cells: [nameOf({ artist, title }), formatCount(plays)],
          }))}
          total={result.byTrack.length}
        />
        <Table
          title={t('rehearsal.neverPlayed')}
          none={t('rehearsal.allPlayed')}
          rows={result.neverPlayed.tracks.slice(0, shownRows).map(({ artist, title, trackId }) => ({
            key: String(trackId),
            cells: [nameOf({ artist, title })],
          }))}
          total={result.neverPlayed.count}
        />
      </div>
    </>
  )
}

function Figure({ name, value, bad }: { name: string; value: string; bad?: boolean }) {
  return (
    <div data-bad={bad || undefined}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

interface HourChartProps {
  result: RehearsalResult
  lists: readonly RotationList[]
  timezone: string
  selected: number | null
  onSelect(at: number): void
}

/** A column of so many items for each hour, in the colours of their lists. */
function HourChart({ result, lists, timezone, selected, onSelect }: HourChartProps) {
  const { t } = useTranslation('rotation')
  const most = Math.max(1, ...result.hours.map(({ items }) => items))
  const used = [...new Set(result.hours.flatMap(({ byList }) => Object.keys(byList)))].sort()
  const listName = (id: string) =>
    id === 'hand'
      ? t('rehearsal.byHand')
      : (lists.find(({ playlistId }) => String(playlistId) === id)?.name ?? t('rehearsal.allMusic'))
  const colourOf = (id: string) => `var(--chart-${used.indexOf(id) % colours})`
  const every = result.hours.length > 60 ? 24 : 3
  return (
    <figure className={classes.chart}>
      <div className={classes.bars}>
        {result.hours.map((hour, index) => (
          <button
            key={hour.at}
            type="button"
            className={classes.bar}
            aria-pressed={hour.at === selected}
            aria-label={t('rehearsal.hour', {
              when: formatDateTime(hour.at, timezone),
              count: hour.items,
              songs: hour.songs,
            })}
            title={t('rehearsal.hour', {
              when: formatDateTime(hour.at, timezone),
              count: hour.items,
              songs: hour.songs,
            })}
            onClick={() => onSelect(hour.at)}
          >
            {used.map((id) => (
              <span
                key={id}
                style={{ height: `${((hour.byList[id] ?? 0) / most) * 100}%`, background: colourOf(id) }}
              />
            ))}
            {index % every === 0 ? (
              <small>
                {every === 24 ? formatDateTime(hour.at, timezone).slice(5, 10) : formatClock(hour.at, timezone, false)}
              </small>
            ) : null}
          </button>
        ))}
      </div>
      <figcaption>
        {used.map((id) => (
          <span key={id}>
            <i style={{ background: colourOf(id) }} /> {listName(id)}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

function Items({ result, at, timezone }: { result: RehearsalResult; at: number; timezone: string }) {
  const { t } = useTranslation('rotation')
  const items = result.items.filter((item) => item.at >= at && item.at < at + hourMs)
  return (
    <Table
      title={t('rehearsal.hourOf', { when: formatDateTime(at, timezone) })}
      none={t('rehearsal.nothing')}
      rows={items.map((item) => ({
        key: String(item.at),
        cells: [
          formatClock(item.at, timezone),
          nameOf(item),
          item.relaxed.length > 0 ? item.relaxed.map(({ text }) => text).join('; ') : item.reason,
        ],
      }))}
      total={items.length}
    />
  )
}

interface TableProps {
  title: string
  /** Said where there is nothing. */
  none: string
  rows: readonly { key: string; cells: readonly string[] }[]
  total: number
}

function Table({ title, none, rows, total }: TableProps) {
  const { t } = useTranslation('rotation')
  return (
    <div className={classes.result}>
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="dim">{none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
        <section className={classes.resultRows} tabIndex={0} aria-label={title}>
          <table>
            <tbody>
              {rows.map(({ cells, key }) => (
                <tr key={key}>
                  {cells.map((cell, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {total > rows.length ? <p className="dim">{t('rehearsal.more', { count: total - rows.length })}</p> : null}
        </section>
      )}
    </div>
  )
}
