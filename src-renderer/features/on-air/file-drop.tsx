// Dropping audio files onto the desk, the button that does the same, and how far the uploads are.
import { ActionIcon, Button, FileButton, Progress } from '@mantine/core'
import { IconFileUpload, IconX } from '@tabler/icons-react'
import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../stores'
import classes from './file-drop.module.css'
import { useUploads } from './upload-queue'

const audio = 'audio/*,.flac,.opus,.ogg,.m4a,.aac,.wma,.aif,.aiff,.wav,.mp3'
/** What went well leaves by itself; what failed stays until it was read. */
const shownAfterwardsMs = 4000
const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

export function FileDrop({ children }: { children: ReactNode }) {
  const { t } = useTranslation('on-air')
  const may = useMay()
  const add = useUploads((store) => store.add)
  const [over, setOver] = useState(false)
  // Enter and leave come for each element below the pointer; only their balance says whether it is inside.
  const depth = useRef(0)
  const enter = (event: DragEvent) => {
    if (!carriesFiles(event) || !may('programmer')) return
    depth.current += 1
    setOver(true)
  }
  const leave = (event: DragEvent) => {
    if (!carriesFiles(event)) return
    depth.current = Math.max(0, depth.current - 1)
    if (depth.current === 0) setOver(false)
  }
  const drop = (event: DragEvent) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    depth.current = 0
    setOver(false)
    if (may('programmer')) add([...event.dataTransfer.files])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop; the button beside does the same by keyboard
    <div
      className={classes.area}
      onDragEnter={enter}
      onDragLeave={leave}
      onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over ? (
        <div className={classes.veil}>
          <IconFileUpload size={40} stroke={1.4} aria-hidden="true" />
          <strong>{t('drop.title')}</strong>
          <span>{t('drop.hint')}</span>
        </div>
      ) : null}
      <Uploads />
    </div>
  )
}

/** The same as dropping, for keyboards and phones. */
export function AddFilesButton({ small }: { small?: boolean }) {
  const { t } = useTranslation('on-air')
  const may = useMay()
  const add = useUploads((store) => store.add)
  if (!may('programmer')) return null
  return (
    <FileButton onChange={add} accept={audio} multiple>
      {(props) =>
        small ? (
          <button type="button" className="link-button" {...props}>
            {t('drop.choose')}
          </button>
        ) : (
          <Button {...props} leftSection={<IconFileUpload size={16} />}>
            {t('drop.choose')}
          </Button>
        )
      }
    </FileButton>
  )
}

function Uploads() {
  const { t } = useTranslation('on-air')
  const { uploads, dismiss } = useUploads()
  const settled = uploads.length > 0 && uploads.every((upload) => upload.state === 'queued')
  useEffect(() => {
    if (!settled) return
    const timer = setTimeout(dismiss, shownAfterwardsMs)
    return () => clearTimeout(timer)
  }, [settled, dismiss])
  if (uploads.length === 0) return null
  const working = uploads.some((upload) => upload.state !== 'queued' && upload.state !== 'failed')
  return (
    <div className={classes.uploads} role="status">
      <header>
        <strong>{working ? t('drop.sending') : t('drop.done')}</strong>
        <ActionIcon onClick={dismiss} aria-label={t('common:action.close')}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      <ul>
        {uploads.map((upload) => (
          <li key={upload.id}>
            <span className="ellipsis">{upload.name}</span>
            <span className={upload.state === 'failed' ? classes.failed : 'dim'}>
              {upload.problem ?? t(`drop.state.${upload.state}`)}
            </span>
            {upload.state === 'sending' ? (
              <Progress value={upload.fraction * 100} size={3} aria-label={upload.name} />
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  )
}
