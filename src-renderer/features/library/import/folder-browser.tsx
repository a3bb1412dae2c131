// Folders of the computer the station runs on, one level at a time.
import { Button, Group, Loader, Modal, Text, UnstyledButton } from '@mantine/core'
import { IconCornerLeftUp, IconFolder } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, useRemote } from '../../../client'
import { formatCount } from '../../../ui'
import classes from './import.module.css'

export interface FolderBrowserProps {
  startAt: string | undefined
  adding: boolean
  onChoose(path: string): void
  onClose(): void
}

export function FolderBrowser({ startAt, adding, onChoose, onClose }: FolderBrowserProps) {
  const { t } = useTranslation('library')
  const [path, setPath] = useState(startAt)
  const { data, error, loading } = useRemote((signal) => client.library.browse({ path }, { signal }), [path])
  return (
    <Modal opened onClose={onClose} title={t('browse.title')} size="lg">
      <div className={classes.browseHead}>
        <code className="ellipsis">{data?.path ?? path}</code>
        {loading ? <Loader size={14} /> : null}
      </div>
      {error ? (
        <Text c="var(--red-text)" role="alert" mb="sm">
          {describeError(error)}
        </Text>
      ) : null}
      <div className={classes.browseList}>
        {data?.parent ? (
          <UnstyledButton className={classes.browseRow} onClick={() => setPath(data.parent ?? undefined)}>
            <IconCornerLeftUp size={16} aria-hidden="true" /> {t('browse.up')}
          </UnstyledButton>
        ) : null}
        {data?.folders.map((folder) => (
          <UnstyledButton key={folder.path} className={classes.browseRow} onClick={() => setPath(folder.path)}>
            <IconFolder size={16} aria-hidden="true" /> {folder.name}
          </UnstyledButton>
        ))}
        {data && data.folders.length === 0 ? <p className={classes.hint}>{t('browse.noFolders')}</p> : null}
      </div>
      <Group justify="space-between" mt="md">
        <span className="dim">
          {data ? t('browse.audioFiles', { count: data.audioFiles, formatted: formatCount(data.audioFiles) }) : ''}
        </span>
        <Group gap="sm">
          <Button onClick={onClose}>{t('browse.cancel')}</Button>
          <Button variant="filled" disabled={!data} loading={adding} onClick={() => data && onChoose(data.path)}>
            {t('browse.use')}
          </Button>
        </Group>
      </Group>
    </Modal>
  )
}
