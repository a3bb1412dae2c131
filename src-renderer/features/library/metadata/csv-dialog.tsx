// The library as a table, out and in: what goes into the file, or what its columns mean and what it would change.
import type { Job } from '@contract/library'
import type { CsvCheck, CsvFile, EditBatch } from '@contract/metadata'
import { Button, FileButton, Group, Modal, SegmentedControl, Stack, Tabs, Text } from '@mantine/core'
import { IconDownload, IconTableImport } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, exportUrl, sendTable, useAction } from '../../../client'
import { formatCount } from '../../../ui'
import { Running } from './batch-dialog'
import { CsvChecked } from './csv-checked'
import { CsvColumns } from './csv-columns'
import { type CsvDraft, draftOfFile, planOf } from './csv-plan'
import classes from './metadata.module.css'

export interface CsvDialogProps {
  /** What the screen shows now; null for the whole library. */
  search: Record<string, string> | null
  onClose(): void
}

export function CsvDialog({ search, onClose }: CsvDialogProps) {
  const { t } = useTranslation('metadata')
  return (
    <Modal opened onClose={onClose} title={t('csv.title')} size={880} closeOnClickOutside={false}>
      <Tabs defaultValue="export" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="export">{t('csv.export')}</Tabs.Tab>
          <Tabs.Tab value="import">{t('csv.import')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="export">
          <Export search={search} />
        </Tabs.Panel>
        <Tabs.Panel value="import">
          <Import onClose={onClose} />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  )
}

function Export({ search }: { search: Record<string, string> | null }) {
  const { t } = useTranslation('metadata')
  const [format, setFormat] = useState<'comma' | 'semicolon' | 'json'>('comma')
  const [scope, setScope] = useState(search ? 'found' : 'all')
  const query = {
    ...(scope === 'found' ? search : {}),
    ...(format === 'semicolon' ? { delimiter: 'semicolon' } : {}),
  }
  return (
    <Stack gap="md" align="flex-start">
      <Text size="sm" c="dimmed">
        {t('csv.exportHint')}
      </Text>
      <SegmentedControl
        aria-label={t('csv.format')}
        value={format}
        onChange={(value) => setFormat(value as typeof format)}
        data={[
          { value: 'comma', label: t('csv.comma') },
          { value: 'semicolon', label: t('csv.semicolon') },
          { value: 'json', label: 'JSON' },
        ]}
      />
      {search ? (
        <SegmentedControl
          aria-label={t('csv.scope')}
          value={scope}
          onChange={setScope}
          data={[
            { value: 'found', label: t('csv.found') },
            { value: 'all', label: t('csv.all') },
          ]}
        />
      ) : null}
      <Button
        component="a"
        href={exportUrl(format === 'json' ? 'json' : 'csv', query)}
        download
        variant="filled"
        leftSection={<IconDownload size={16} />}
      >
        {t('csv.download')}
      </Button>
    </Stack>
  )
}

function Import({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('metadata')
  const [file, setFile] = useState<CsvFile | null>(null)
  const [draft, setDraft] = useState<CsvDraft | null>(null)
  const [check, setCheck] = useState<CsvCheck | null>(null)
  const [started, setStarted] = useState<{ batch: EditBatch; job: Job } | null>(null)
  const [send, sending] = useAction(async (chosen: File) => {
    const sent = await sendTable(chosen)
    setFile(sent)
    setDraft(draftOfFile(sent))
    setCheck(null)
  })
  const plan = file && draft ? planOf(file, draft) : null
  const [look, looking] = useAction(async () => {
    if (plan) setCheck(await client.metadata.csv.check(plan))
  })
  const [apply, applying] = useAction(async () => {
    if (plan) setStarted(await client.metadata.csv.apply(plan))
  })
  if (started) return <Running started={started} onClose={onClose} />
  return (
    <Stack gap="md">
      {file && draft ? null : (
        <Text size="sm" c="dimmed">
          {t('csv.importHint')}
        </Text>
      )}
      {check ? <CsvChecked check={check} /> : null}
      {file && draft && !check ? <CsvColumns file={file} draft={draft} onDraft={setDraft} /> : null}
      <Group justify="flex-end" gap="sm" className={classes.foot}>
        {check ? (
          <Button onClick={() => setCheck(null)}>{t('batch.back')}</Button>
        ) : (
          <FileButton accept=".csv,.tsv,.txt,text/csv,text/plain" onChange={(chosen) => chosen && void send(chosen)}>
            {(props) => (
              <Button
                {...props}
                loading={sending}
                variant={file ? 'default' : 'filled'}
                leftSection={<IconTableImport size={16} />}
              >
                {file ? t('csv.other') : t('csv.choose')}
              </Button>
            )}
          </FileButton>
        )}
        {check ? (
          <Button variant="filled" disabled={check.changing === 0} loading={applying} onClick={() => void apply()}>
            {t('batch.apply', { count: check.changing, formatted: formatCount(check.changing) })}
          </Button>
        ) : file ? (
          <Button variant="filled" disabled={!plan} loading={looking} onClick={() => void look()}>
            {t('csv.check')}
          </Button>
        ) : null}
      </Group>
    </Stack>
  )
}
