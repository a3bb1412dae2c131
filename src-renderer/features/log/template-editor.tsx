// The columns of a report, in order and under their headings.
import { type ReportColumn, type ReportTemplate, reportColumns } from '@contract/rights'
import { ActionIcon, Button, Checkbox, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { ConfirmButton } from '../../ui'
import classes from './log.module.css'

export interface TemplateEditorProps {
  /** Null for a new one. */
  template: (ReportTemplate & { id: number }) | null
  onClose(): void
  /** @param id null when it was removed */
  onSaved(id: number | null): void
}

const kinds = ['music', 'jingle', 'sweeper', 'spot', 'speech', 'talk', 'bed', 'live'] as const
const separators = [',', ';', '\t', '|'] as const
const first: ReportColumn[] = ['date', 'time', 'title', 'artist', 'label', 'isrc', 'listeners']

export function TemplateEditor({ template, onClose, onSaved }: TemplateEditorProps) {
  const { t } = useTranslation('log')
  const [draft, setDraft] = useState<ReportTemplate>(
    () =>
      template ?? {
        ...{ name: '', separator: ',', withHeadings: true, kinds: ['music'], perOutput: false },
        columns: first.map((column) => ({ column, heading: t(`reportColumn.${column}`) })),
      },
  )
  const change = (part: Partial<ReportTemplate>) => setDraft((before) => ({ ...before, ...part }))
  const [save, asked] = useAction(async () => {
    const saved = template
      ? await client.rights.templates.update({ ...draft, id: template.id })
      : await client.rights.templates.create(draft)
    onSaved(saved.id)
  })
  const [remove] = useAction(async () => {
    if (template) await client.rights.templates.remove({ id: template.id })
    onSaved(null)
  })
  const left = reportColumns.filter((column) => !draft.columns.some((one) => one.column === column))
  return (
    <Modal opened onClose={onClose} title={t(template ? 'template.editTitle' : 'template.newTitle')} size={560}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('template.name')}
            required
            maxLength={100}
            value={draft.name}
            data-autofocus
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <Columns columns={draft.columns} onChange={(columns) => change({ columns })} />
          <Select
            aria-label={t('template.addColumn')}
            placeholder={t('template.addColumn')}
            value={null}
            data={left.map((column) => ({ value: column, label: t(`reportColumn.${column}`) }))}
            onChange={(column) =>
              column &&
              change({
                columns: [...draft.columns, { column: column as ReportColumn, heading: t(`reportColumn.${column}`) }],
              })
            }
          />
          <MultiSelect
            label={t('template.kinds')}
            placeholder={draft.kinds.length === 0 ? t('allKinds') : ''}
            value={draft.kinds}
            onChange={(chosen) => change({ kinds: chosen })}
            data={kinds.map((value) => ({ value, label: t(`common:kind.${value}`) }))}
          />
          <Group align="flex-end" className={classes.shape}>
            <Select
              label={t('template.separator')}
              w={150}
              allowDeselect={false}
              value={draft.separator}
              onChange={(value) => value && change({ separator: value as ReportTemplate['separator'] })}
              data={separators.map((value) => ({
                value,
                label: t(`template.separators.${value === '\t' ? 'tab' : value}`),
              }))}
            />
            <Checkbox
              label={t('template.headings')}
              checked={draft.withHeadings}
              onChange={(event) => change({ withHeadings: event.currentTarget.checked })}
            />
            <Checkbox
              label={t('template.perOutput')}
              checked={draft.perOutput}
              onChange={(event) => change({ perOutput: event.currentTarget.checked })}
            />
          </Group>
          <Group justify="space-between">
            {template ? (
              <ConfirmButton
                variant="default"
                question={t('template.removeQuestion')}
                confirm={t('template.remove')}
                onConfirm={() => void remove()}
              >
                {t('template.remove')}
              </ConfirmButton>
            ) : (
              <span />
            )}
            <Group>
              <Button type="button" variant="default" onClick={onClose}>
                {t('common:action.cancel')}
              </Button>
              <Button type="submit" variant="filled" loading={asked} disabled={draft.columns.length === 0}>
                {t('template.save')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Columns({
  columns,
  onChange,
}: {
  columns: ReportTemplate['columns']
  onChange(columns: ReportTemplate['columns']): void
}) {
  const { t } = useTranslation('log')
  const move = (from: number, to: number) => {
    const moved = [...columns]
    const [one] = moved.splice(from, 1)
    if (one) moved.splice(to, 0, one)
    onChange(moved)
  }
  return (
    <ol className={classes.columns}>
      {columns.map(({ column, heading }, index) => {
        const name = t(`reportColumn.${column}`)
        return (
          <li key={column}>
            <span className="ellipsis">{name}</span>
            <TextInput
              size="xs"
              aria-label={t('template.heading', { name })}
              value={heading}
              maxLength={200}
              onChange={(event) => {
                const text = event.currentTarget.value
                onChange(columns.map((one, at) => (at === index ? { ...one, heading: text } : one)))
              }}
            />
            <ActionIcon
              variant="subtle"
              aria-label={t('template.up', { name })}
              disabled={index === 0}
              onClick={() => move(index, index - 1)}
            >
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              aria-label={t('template.down', { name })}
              disabled={index === columns.length - 1}
              onClick={() => move(index, index + 1)}
            >
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              aria-label={t('template.drop', { name })}
              onClick={() => onChange(columns.filter((one) => one.column !== column))}
            >
              <IconX size={14} />
            </ActionIcon>
          </li>
        )
      })}
    </ol>
  )
}
