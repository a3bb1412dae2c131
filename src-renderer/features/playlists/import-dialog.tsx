// Brings in playlist files: chosen or dropped, watched while they are read, with what was not found.
import type { PlaylistImport } from '@contract/playlist-files'
import { Button, FileButton, Group, Modal, Progress, Stack, Text, TextInput } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { type DragEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, importPlaylistFile, useAction } from '../../client'
import { formatBytes, formatCount } from '../../ui'
import classes from './import.module.css'
import { ImportReport } from './import-report'

const kinds = '.m3u,.m3u8,.pls,.xspf,.csv,.txt'
const lookEveryMs = 500

export interface ImportDialogProps {
  folderId: number | null
  onOpen(playlistId: number): void
  onClose(): void
}

export function ImportDialog({ folderId, onOpen, onClose }: ImportDialogProps) {
  const { t } = useTranslation('playlists')
  const [base, setBase] = useState('')
  const [jobs, setJobs] = useState<PlaylistImport[]>([])
  const [send, sending] = useAction(async (files: File[]) => {
    for (const file of files) {
      const job = await importPlaylistFile(file, { base: base.trim(), folderId })
      setJobs((before) => [...before, job])
    }
  })
  const put = (job: PlaylistImport) => setJobs((all) => all.map((one) => (one.id === job.id ? job : one)))
  useWatch(jobs, put)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    void send([...event.dataTransfer.files])
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={t('import.title')}>
      <Stack gap="md">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same */}
        <div className={classes.dropArea} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
          <IconFileImport size={28} stroke={1.4} aria-hidden="true" />
          <Text size="sm">{t('import.text')}</Text>
          <FileButton multiple accept={kinds} onChange={(files) => void send(files)}>
            {(button) => (
              <Button {...button} variant="filled" loading={sending}>
                {t('import.choose')}
              </Button>
            )}
          </FileButton>
        </div>
        <TextInput
          label={t('import.base')}
          description={t('import.baseHint')}
          value={base}
          maxLength={4096}
          onChange={(event) => setBase(event.currentTarget.value)}
        />
        {jobs.map((job) => (
          <section key={job.id} className={classes.importJob} aria-label={job.name}>
            <JobHead job={job} onOpen={onOpen} onChanged={put} />
            {job.unmatched > 0 && job.state !== 'running' ? <ImportReport job={job} /> : null}
          </section>
        ))}
      </Stack>
    </Modal>
  )
}

/** Asks about those that are under way until they are over. */
function useWatch(jobs: PlaylistImport[], put: (job: PlaylistImport) => void): void {
  const running = jobs.filter((job) => job.state === 'running').map((job) => job.id)
  const key = running.join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: which ones are under way is all that counts
  useEffect(() => {
    if (key === '') return
    const timer = setInterval(() => {
      for (const id of running) client.playlists.imports.get({ id }).then(put, () => {})
    }, lookEveryMs)
    return () => clearInterval(timer)
  }, [key])
}

interface JobHeadProps {
  job: PlaylistImport
  onOpen(playlistId: number): void
  onChanged(job: PlaylistImport): void
}

function JobHead({ job, onOpen, onChanged }: JobHeadProps) {
  const { t } = useTranslation('playlists')
  const [cancel, cancelling] = useAction(async () => onChanged(await client.playlists.imports.cancel({ id: job.id })))
  const {
    entries,
    entriesPerSecond,
    matched,
    name,
    playlistId,
    problem,
    readBytes,
    remainingSeconds,
    sizeBytes,
    state,
  } = job
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <strong className="ellipsis">{name}</strong>
        {state === 'running' ? (
          <Button size="xs" loading={cancelling} onClick={() => void cancel()}>
            {t('import.cancel')}
          </Button>
        ) : null}
        {state === 'done' && playlistId !== null ? (
          <Button size="xs" variant="filled" onClick={() => onOpen(playlistId)}>
            {t('import.show')}
          </Button>
        ) : null}
      </Group>
      {state === 'running' ? (
        <>
          <Progress value={(readBytes / Math.max(1, sizeBytes)) * 100} aria-label={name} />
          <Text size="xs" c="dimmed">
            {t('import.progress', {
              read: formatBytes(readBytes),
              size: formatBytes(sizeBytes),
              rate: formatCount(entriesPerSecond),
              remaining: remainingSeconds === null ? '…' : `${remainingSeconds} s`,
            })}
          </Text>
        </>
      ) : (
        <Text size="sm" c={state === 'failed' ? 'red' : undefined}>
          {state === 'done'
            ? t('import.done', { matched: formatCount(matched), total: formatCount(entries) })
            : (problem ?? t(`import.${state}`))}
        </Text>
      )}
    </>
  )
}
