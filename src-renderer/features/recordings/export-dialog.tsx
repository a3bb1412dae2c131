// What a range is called and which file it becomes.
import { exportFormats, type RecordingMarker } from '@contract/recorder'
import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useTopic } from '../../stores'
import { formatClock, formatDateTime, formatDuration, showDone } from '../../ui'
import classes from './recordings.module.css'
import type { View } from './timeline-rules'

export interface ExportDialogProps {
  range: View
  markers: readonly RecordingMarker[]
  onClose(): void
}

type Format = (typeof exportFormats)[number]

export function ExportDialog({ range, markers, onClose }: ExportDialogProps) {
  const { t } = useTranslation('recordings')
  const { timezone } = useTopic('station')
  const guess = guessed(range, markers)
  const [title, setTitle] = useState(guess.title)
  const [artist, setArtist] = useState(guess.artist)
  const [comment, setComment] = useState('')
  const [format, setFormat] = useState<Format>('mp3')
  const [make, asked] = useAction(async () => {
    const { from, to } = range
    await client.recorder.files.create({ from: Math.round(from), to: Math.round(to), format, title, artist, comment })
    showDone(t('export.ordered'))
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title={t('export.title')} size={460}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <Stack gap="md">
          <p className={`dim ${classes.dialogRange}`}>
            <span className="mono">{formatDateTime(range.from, timezone)}</span>
            {' · '}
            <span className="mono">
              {formatClock(range.from, timezone)}–{formatClock(range.to, timezone)}
            </span>
            {' · '}
            <span className="mono">{formatDuration((range.to - range.from) / 1000)}</span>
          </p>
          <div>
            <span id="export-format" className={classes.fieldName}>
              {t('export.format')}
            </span>
            <SegmentedControl
              fullWidth
              aria-labelledby="export-format"
              value={format}
              onChange={(value) => setFormat(value as Format)}
              data={exportFormats.map((value) => ({ value, label: value.toUpperCase() }))}
            />
            <p className={`dim ${classes.fieldHint}`}>{t(`export.about.${format}`)}</p>
          </div>
          <TextInput
            label={t('export.name')}
            value={title}
            maxLength={300}
            onChange={(event) => setTitle(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            label={t('export.artist')}
            value={artist}
            maxLength={300}
            onChange={(event) => setArtist(event.currentTarget.value)}
          />
          <TextInput
            label={t('export.comment')}
            value={comment}
            maxLength={300}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          <p className={`dim ${classes.fieldHint}`}>{t('export.gaps')}</p>
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('export.cancel')}</Button>
            <Button type="submit" variant="filled" loading={asked}>
              {t('export.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** A range that is a track or a show is called so. */
function guessed({ from, to }: View, markers: readonly RecordingMarker[]): { title: string; artist: string } {
  const slackMs = 1500
  const fits = markers.find(
    ({ startedAt, endedAt }) =>
      Math.abs(startedAt - from) < slackMs && endedAt !== null && Math.abs(endedAt - to) < slackMs,
  )
  return fits ? { title: fits.title, artist: fits.artist } : { title: '', artist: '' }
}
