// The library's menu for its metadata: many tracks at once, tables, own fields, what was changed last.
import type { TrackChoice } from '@contract/metadata'
import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconDots, IconForms, IconHistory, IconPencilCog, IconTable } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../../ui'
import { BatchDialog } from './batch-dialog'
import { BatchesDialog } from './batches-dialog'
import { CsvDialog } from './csv-dialog'
import { FieldsDialog } from './fields-dialog'

export interface MetadataMenuProps {
  /** The screen's search and filters; empty where it shows everything. */
  search: { q?: string; kind?: string; state?: string }
  /** How many tracks it shows. */
  count: number
}

type Shown = 'batch' | 'csv' | 'fields' | 'batches' | null

export function MetadataMenu({ search, count }: MetadataMenuProps) {
  const { t } = useTranslation('metadata')
  const [shown, setShown] = useState<Shown>(null)
  const close = () => setShown(null)
  const filters = Object.fromEntries(Object.entries(search).filter(([, value]) => value)) as Record<string, string>
  const filtered = Object.keys(filters).length > 0
  const choice = (filtered ? filters : { all: true }) as TrackChoice
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Tooltip label={t('menu.title')}>
            <ActionIcon size={34} variant="default" aria-label={t('menu.title')}>
              <IconDots size={18} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencilCog size={16} />} disabled={count === 0} onClick={() => setShown('batch')}>
            {t(filtered ? 'menu.editFound' : 'menu.editAll', { count, formatted: formatCount(count) })}
          </Menu.Item>
          <Menu.Item leftSection={<IconTable size={16} />} onClick={() => setShown('csv')}>
            {t('menu.csv')}
          </Menu.Item>
          <Menu.Item leftSection={<IconForms size={16} />} onClick={() => setShown('fields')}>
            {t('menu.fields')}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => setShown('batches')}>
            {t('menu.batches')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {shown === 'batch' ? <BatchDialog choice={choice} count={count} onClose={close} /> : null}
      {shown === 'csv' ? <CsvDialog search={filtered ? filters : null} onClose={close} /> : null}
      {shown === 'fields' ? <FieldsDialog onClose={close} /> : null}
      {shown === 'batches' ? <BatchesDialog onClose={close} /> : null}
    </>
  )
}
