// What the selection bar offers for the metadata of the chosen tracks: edit them together, write their tags.
import type { Job } from '@contract/library'
import { Button, Menu } from '@mantine/core'
import { IconFileExport, IconPencilCog } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../../client'
import { BatchDialog } from './batch-dialog'
import { JobDialog } from './job-dialog'

export function SelectionMetadata({ trackIds }: { trackIds: readonly number[] }) {
  const { t } = useTranslation('metadata')
  // The tracks as they were chosen when it was opened: the selection may change behind the dialog.
  const [editing, setEditing] = useState<number[] | null>(null)
  const writing = useTagWriting()
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button size="xs" leftSection={<IconPencilCog size={14} />}>
            {t('selection.edit')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencilCog size={16} />} onClick={() => setEditing([...trackIds])}>
            {t('selection.together')}
          </Menu.Item>
          <Menu.Item leftSection={<IconFileExport size={16} />} onClick={() => void writing.start(trackIds)}>
            {t('selection.write')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {editing ? (
        <BatchDialog choice={{ trackIds: editing }} count={editing.length} onClose={() => setEditing(null)} />
      ) : null}
      {writing.dialog}
    </>
  )
}

/** Writes tags into files on request, and shows how far it is. */
export function useTagWriting() {
  const { t } = useTranslation('metadata')
  const [job, setJob] = useState<Job | null>(null)
  const [start] = useAction(async (trackIds: readonly number[]) =>
    setJob(await client.metadata.write({ trackIds: [...trackIds] })),
  )
  const dialog = job ? <JobDialog started={job} hint={t('selection.writeHint')} onClose={() => setJob(null)} /> : null
  return { start, dialog }
}
