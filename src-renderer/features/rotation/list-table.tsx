// The playlists with their rules: those in use in the order of their turns, then the others.
import { listRules, type RotationList } from '@contract/rotation'
import { Button, NumberInput, Select, Switch } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconClock } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../client'
import { formatCount, formatDuration } from '../../ui'
import type { Change } from './change'
import { DaypartDialog } from './daypart-dialog'
import classes from './rotation.module.css'

export interface ListTableProps {
  lists: readonly RotationList[]
  may: boolean
  change: Change
}

export function ListTable({ lists, may, change }: ListTableProps) {
  const { t } = useTranslation('rotation')
  const [editing, setEditing] = useState<RotationList | null>(null)
  const rank = (list: RotationList) => (list.inUse ? listRules.indexOf(list.rule) : listRules.length)
  const sorted = lists.toSorted((one, other) => rank(one) - rank(other))
  if (lists.length === 0) return <p className={classes.none}>{t('lists.none')}</p>
  return (
    <div className={classes.scroller}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>{t('lists.inUse')}</th>
            <th>{t('lists.name')}</th>
            <th>{t('lists.rule')}</th>
            <th className={classes.number}>{t('lists.share')}</th>
            <th className={classes.number}>{t('lists.perHour')}</th>
            <th>{t('lists.dayparts')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((list) => (
            <Row key={list.playlistId} list={list} may={may} change={change} onDayparts={() => setEditing(list)} />
          ))}
        </tbody>
      </table>
      <p className={classes.note}>{t('lists.order')}</p>
      {editing ? <DaypartDialog list={editing} change={change} onClose={() => setEditing(null)} /> : null}
    </div>
  )
}

interface RowProps extends Omit<ListTableProps, 'lists'> {
  list: RotationList
  onDayparts(): void
}

function Row({ list, may, change, onDayparts }: RowProps) {
  const { t } = useTranslation('rotation')
  const { dayparts, inUse, name, openNow, perHour, playableCount, playlistId: id, rule, sharePercent } = list
  const update = (
    values: Parameters<typeof client.rotation.lists.update>[0] extends infer Input ? Omit<Input & object, 'id'> : never,
  ) => void change(() => client.rotation.lists.update({ ...values, id }))
  return (
    <tr data-unused={!inUse || undefined}>
      <td>
        <Switch
          size="xs"
          checked={inUse}
          disabled={!may}
          aria-label={t('lists.use', { name })}
          onChange={(event) => update({ inUse: event.currentTarget.checked })}
        />
      </td>
      <td>
        <a href={`#/playlists/${id}`} className={classes.name}>
          {name}
        </a>
        <span className="dim">
          {t('lists.tracks', {
            count: playableCount,
            formatted: formatCount(playableCount),
            length: formatDuration(list.averageSeconds),
          })}
        </span>
      </td>
      <td>
        <div className={classes.rule}>
          <Select
            size="xs"
            w={190}
            allowDeselect={false}
            disabled={!may}
            aria-label={t('lists.ruleOf', { name })}
            value={rule}
            data={listRules.map((value) => ({ value, label: t(`rule.${value}`) }))}
            onChange={(value) => value && value !== rule && update({ rule: value as RotationList['rule'] })}
          />
          <Figure key={`${rule} ${list[figureOf[rule]]}`} list={list} may={may} onChange={update} />
        </div>
      </td>
      <td className={classes.number}>
        {inUse && sharePercent !== null ? t('lists.percent', { percent: Math.round(sharePercent) }) : '–'}
      </td>
      <td className={classes.number}>
        {inUse ? t('lists.figures', { items: perHour.toFixed(1), minutes: list.minutesPerHour.toFixed(0) }) : '–'}
      </td>
      <td>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={!may}
          leftSection={<IconClock size={13} />}
          onClick={onDayparts}
        >
          {dayparts.length === 0 ? t('daypart.always') : t('daypart.some', { count: dayparts.length })}
        </Button>
        {inUse && !openNow ? <span className="dim"> {t('daypart.closed')}</span> : null}
      </td>
    </tr>
  )
}

const figureOf = {
  standard: 'weight',
  everySongs: 'everySongs',
  everyMinutes: 'everyMinutes',
  atMinute: 'atMinute',
} as const
const bounds = { weight: [1, 100], everySongs: [1, 1000], everyMinutes: [1, 10_080], atMinute: [0, 59] } as const
const typingPauseMs = 500

interface FigureProps {
  list: RotationList
  may: boolean
  onChange(values: Partial<Record<(typeof figureOf)[keyof typeof figureOf], number>>): void
}

function Figure({ list, may, onChange }: FigureProps) {
  const { t } = useTranslation('rotation')
  const name = figureOf[list.rule]
  const [typed, setTyped] = useState<number | string>(list[name] ?? '')
  const save = useDebouncedCallback((value: number | string) => {
    if (typeof value === 'number' && value !== list[name]) onChange({ [name]: value })
  }, typingPauseMs)
  return (
    <NumberInput
      size="xs"
      w={76}
      disabled={!may}
      aria-label={t(`figure.${name}`, { name: list.name })}
      title={t(`figure.${name}`, { name: list.name })}
      value={typed}
      min={bounds[name][0]}
      max={bounds[name][1]}
      allowDecimal={false}
      clampBehavior="strict"
      onChange={(value) => {
        setTyped(value)
        save(value)
      }}
    />
  )
}
