// Chooses and orders the table's columns; all of it by keyboard too.
import { ActionIcon, Button, Checkbox, Popover, ScrollArea, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconColumns3 } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type ColumnChoice, type ColumnKey, columnKeys, fixedColumn, stepColumn, toggleColumn } from './columns'
import classes from './library.module.css'

export interface ColumnMenuProps {
  columns: readonly ColumnChoice[]
  /** null puts back the usual ones. */
  onColumns(columns: ColumnChoice[] | null): void
  /** Names of the station's own fields by their keys. */
  fields: ReadonlyMap<string, string>
}

export function ColumnMenu({ columns, onColumns, fields }: ColumnMenuProps) {
  const { t } = useTranslation('library')
  const shown = columns.map(({ key }) => key)
  const list = useRef<HTMLUListElement>(null)
  // A row that moves loses the focus: its button gets it back, so that it can be pressed again.
  const pressed = useRef<string | null>(null)
  useEffect(() => {
    if (pressed.current) list.current?.querySelector<HTMLElement>(`[data-step="${pressed.current}"]`)?.focus()
    pressed.current = null
  })
  const known = [...columnKeys, ...[...fields.keys()].map((key) => `custom.${key}`)]
  const nameOf = (key: string) =>
    key.startsWith('custom.') ? (fields.get(key.slice('custom.'.length)) ?? null) : t(`column.${key as ColumnKey}`)
  const row = (key: string, isShown: boolean) => {
    const name = nameOf(key)
    return name === null ? null : (
      <li key={key} className={classes.columnRow}>
        <Checkbox
          size="xs"
          label={name}
          checked={isShown}
          disabled={key === fixedColumn}
          onChange={() => onColumns(toggleColumn(columns, key))}
        />
        {isShown ? (
          <span className={classes.columnSteps}>
            {([-1, 1] as const).map((step) => (
              <ActionIcon
                key={step}
                size="sm"
                variant="subtle"
                aria-label={t(step < 0 ? 'columns.earlier' : 'columns.later', { column: name })}
                aria-disabled={shown[step < 0 ? 0 : shown.length - 1] === key}
                data-step={`${key} ${step}`}
                onClick={() => {
                  pressed.current = `${key} ${step}`
                  onColumns(stepColumn(columns, key, step))
                }}
              >
                {step < 0 ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
              </ActionIcon>
            ))}
          </span>
        ) : null}
      </li>
    )
  }
  return (
    <Popover position="bottom-end" width={300} trapFocus returnFocus withRoles={false} shadow="md">
      <Popover.Target>
        <Tooltip label={t('columns.title')}>
          <ActionIcon size="lg" variant="default" aria-label={t('columns.title')}>
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} role="dialog" aria-label={t('columns.title')}>
        <ScrollArea.Autosize mah="min(460px, 60vh)" type="auto">
          <ul ref={list} className={classes.columnList}>
            {shown.map((key) => row(key, true))}
            <li className={classes.columnRule} aria-hidden="true" />
            {known.filter((key) => !shown.includes(key)).map((key) => row(key, false))}
          </ul>
        </ScrollArea.Autosize>
        <div className={classes.columnFoot}>
          <span className="dim">{t('columns.hint')}</span>
          <Button size="compact-xs" flex="none" onClick={() => onColumns(null)}>
            {t('columns.usual')}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
