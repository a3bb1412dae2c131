// Uploading: choose or drop files, with what each of them came to.
import { ActionIcon, Button, FileButton, Progress } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconUpload, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatBytes, formatCount, SectionTitle } from '../../../ui'
import classes from './import.module.css'
import { addUploads, cancelUpload, clearEnded, type Upload, useUploads } from './uploads'

const accepted = '.mp3,.flac,.ogg,.oga,.opus,.m4a,.mp4,.aac,.wav,.aif,.aiff,.wma,audio/*'

export function UploadSection() {
  const { t } = useTranslation('library')
  const uploads = useUploads((state) => state.uploads)
  const done = uploads.filter((upload) => upload.state !== 'waiting' && upload.state !== 'running').length
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <SectionTitle>{t('import.upload')}</SectionTitle>
        {done > 0 ? (
          <Button size="compact-xs" onClick={clearEnded}>
            {t('import.clearDone')}
          </Button>
        ) : null}
      </div>
      <FileButton multiple accept={accepted} onChange={(files) => addUploads(files, t('import.notAudio'))}>
        {(props) => (
          <button type="button" className={classes.dropHere} {...props}>
            <IconUpload size={20} stroke={1.6} aria-hidden="true" />
            <span>
              {t('import.uploadHint')} <span className={classes.link}>{t('import.chooseFiles')}</span>
            </span>
            <span className={classes.small}>{t('import.formats')}</span>
          </button>
        )}
      </FileButton>
      {uploads.length > 0 ? (
        <div aria-live="polite" className={classes.small}>
          {t('import.uploadProgress', { done: formatCount(done), total: formatCount(uploads.length) })}
        </div>
      ) : null}
      <div className={classes.uploads}>
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </div>
    </section>
  )
}

function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation('library')
  const open = upload.state === 'waiting' || upload.state === 'running'
  const words = { waiting: t('import.waiting'), cancelled: t('import.cancelled'), done: t('import.uploaded') }
  return (
    <div className={classes.upload} data-state={upload.state}>
      <span className="ellipsis" title={upload.name}>
        {upload.name}
      </span>
      <span className={`mono ${classes.small}`}>{formatBytes(upload.sizeBytes)}</span>
      {open ? (
        <ActionIcon size={20} onClick={() => cancelUpload(upload.id)} aria-label={t('import.cancelUpload')}>
          <IconX size={12} />
        </ActionIcon>
      ) : upload.state === 'done' ? (
        <IconCheck size={14} color="var(--accent-text)" aria-hidden="true" />
      ) : (
        <IconAlertTriangle size={14} color="var(--amber-text)" aria-hidden="true" />
      )}
      {upload.state === 'running' ? (
        <Progress className={classes.uploadBar} value={upload.fraction * 100} size={3} aria-label={upload.name} />
      ) : (
        <span className={classes.uploadWord}>{upload.state === 'failed' ? upload.why : words[upload.state]}</span>
      )}
    </div>
  )
}
