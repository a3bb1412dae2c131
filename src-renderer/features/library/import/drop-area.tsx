// Files dropped anywhere on the library are uploaded.
import { IconDownload } from '@tabler/icons-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './import.module.css'
import { addUploads } from './uploads'

export interface DropAreaProps {
  className?: string | undefined
  onDropped(): void
  children: ReactNode
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

export function DropArea({ className, onDropped, children }: DropAreaProps) {
  const { t } = useTranslation('library')
  const [over, setOver] = useState(false)
  // Entering a child leaves its parent: only when as many were left as entered is the pointer gone.
  const depth = useRef(0)
  const end = () => {
    depth.current = 0
    setOver(false)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same can be done by the button in the import panel
    <div
      className={className}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return
        depth.current += 1
        setOver(true)
      }}
      onDragLeave={() => {
        depth.current -= 1
        if (depth.current <= 0) end()
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        end()
        addUploads(event.dataTransfer.files, t('import.notAudio'))
        onDropped()
      }}
    >
      {children}
      {over ? (
        <div className={classes.drop}>
          <IconDownload size={32} stroke={1.4} />
          <strong>{t('import.dropNow')}</strong>
          <span className="dim">{t('import.dropNowHint')}</span>
        </div>
      ) : null}
    </div>
  )
}
