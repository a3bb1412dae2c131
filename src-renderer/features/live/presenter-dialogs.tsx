// The dialogues about a presenter: the name, a question, and the key that is shown this once.
import type { Presenter } from '@contract/live'
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyField } from '../../ui/copy-field'
import classes from './live.module.css'
import { ffmpegCommand, obsFields } from './publish-address'

export type PresenterWithKey = Presenter & { key: string; publishUrl: string }

interface PresenterDialogProps {
  /** Empty for a new one. */
  name: string
  show: string
  asked: boolean
  onSave(name: string, show: string): void
  onClose(): void
}

export function PresenterDialog({ name: before, show: showBefore, asked, onSave, onClose }: PresenterDialogProps) {
  const { t } = useTranslation('live')
  const [name, setName] = useState(before)
  const [show, setShow] = useState(showBefore)
  const [tried, setTried] = useState(false)
  return (
    <Modal opened onClose={onClose} title={before === '' ? t('presenters.add') : t('presenters.rename')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (name.trim() !== '') onSave(name.trim(), show.trim())
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('presenters.name')}
            value={name}
            maxLength={100}
            error={tried && name.trim() === '' ? t('presenters.nameNeeded') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label={t('presenters.show')}
            description={t('presenters.showHint')}
            value={show}
            maxLength={200}
            onChange={(event) => setShow(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('presenters.cancel')}</Button>
            <Button type="submit" variant="filled" loading={asked}>
              {before === '' ? t('presenters.add') : t('presenters.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

interface QuestionDialogProps {
  title: string
  text: string
  confirm: string
  asked: boolean
  onConfirm(): void
  onClose(): void
}

export function QuestionDialog({ title, text, confirm, asked, onConfirm, onClose }: QuestionDialogProps) {
  const { t } = useTranslation('live')
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack gap="md">
        <Text>{text}</Text>
        <Group justify="flex-end" gap="sm">
          <Button onClick={onClose}>{t('presenters.cancel')}</Button>
          <Button variant="danger" loading={asked} onClick={onConfirm} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Closes only by its button: a key that vanishes by a stray click is lost. */
export function KeyDialog({ made, onClose }: { made: PresenterWithKey; onClose(): void }) {
  const { t } = useTranslation('live')
  const { server, streamKey } = obsFields(made.publishUrl)
  return (
    <Modal
      opened
      size={560}
      onClose={onClose}
      title={t('key.title', { name: made.name })}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Alert color="yellow" variant="light" icon={<IconKey size={18} />}>
          {t('key.once')}
        </Alert>
        <div className={classes.keyBlock}>
          <span className={classes.keyTitle}>{t('key.client')}</span>
          <CopyField label={t('key.password')} value={made.key} />
        </div>
        <div className={classes.keyBlock}>
          <span className={classes.keyTitle}>{t('key.obs')}</span>
          <CopyField label={t('key.server')} value={server} />
          <CopyField label={t('key.streamKey')} value={streamKey} />
        </div>
        <div className={classes.keyBlock}>
          <span className={classes.keyTitle}>{t('key.publishUrl')}</span>
          <CopyField quiet label={t('key.publishUrl')} value={made.publishUrl} />
        </div>
        <div className={classes.keyBlock}>
          <span className={classes.keyTitle}>{t('key.ffmpeg')}</span>
          <CopyField quiet wrap label={t('key.ffmpeg')} value={ffmpegCommand(made.publishUrl)} />
        </div>
        <Group justify="flex-end">
          <Button variant="filled" onClick={onClose}>
            {t('key.done')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
