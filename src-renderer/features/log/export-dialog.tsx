// Which report, by which template, as a file.
import type { ReportTemplate } from '@contract/rights'
import { Button, Group, Modal, Radio, Select, Stack } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, type ReportFormat, reportUrl, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatDateTime } from '../../ui'
import classes from './log.module.css'
import type { Period } from './periods'
import { TemplateEditor } from './template-editor'

type Saved = ReportTemplate & { id: number }

export function ExportDialog({ period, onClose }: { period: Period; onClose(): void }) {
  const { t } = useTranslation('log')
  const { timezone } = useTopic('station')
  const [format, setFormat] = useState<ReportFormat>('csv')
  const [templateId, setTemplateId] = useState<string | null>(null)
  const [edited, setEdited] = useState<Saved | 'new' | null>(null)
  const templates = useRemote((signal) => client.rights.templates.list({}, { signal }), [])
  const chosen = templates.data?.find(({ id }) => String(id) === templateId)
  if (edited !== null) {
    return (
      <TemplateEditor
        template={edited === 'new' ? null : edited}
        onClose={() => setEdited(null)}
        onSaved={(id) => {
          templates.reload()
          setTemplateId(id === null ? null : String(id))
          setEdited(null)
        }}
      />
    )
  }
  return (
    <Modal opened onClose={onClose} title={t('export.title')} size={480}>
      <Stack gap="md">
        <p className={`dim ${classes.plain}`}>
          <span className="mono">{formatDateTime(period.from, timezone)}</span> –{' '}
          <span className="mono">{formatDateTime(period.to, timezone)}</span>
        </p>
        <Radio.Group
          value={format}
          onChange={(value) => setFormat(value as ReportFormat)}
          aria-label={t('export.format')}
        >
          <Stack gap="xs">
            {(['csv', 'soundexchange', 'cuesheet'] as const).map((value) => (
              <Radio key={value} value={value} label={t(`export.${value}`)} description={t(`export.about.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {format === 'csv' ? (
          <div className={classes.templateRow}>
            <Select
              label={t('template.label')}
              placeholder={t('template.plain')}
              clearable
              value={templateId}
              onChange={setTemplateId}
              data={(templates.data ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
            />
            <Button variant="default" onClick={() => setEdited(chosen ?? 'new')}>
              {t(chosen ? 'template.edit' : 'template.new')}
            </Button>
          </div>
        ) : null}
        <Group justify="flex-end">
          <Button
            component="a"
            variant="filled"
            leftSection={<IconDownload size={16} />}
            href={reportUrl(period, format, templateId === null ? null : Number(templateId))}
            download
            onClick={onClose}
          >
            {t('export.download')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
