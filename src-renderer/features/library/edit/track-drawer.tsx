// The edit drawer: waveform with cue points, the details, loudness, what the analysis found, the file.
import type { Track } from '@contract/library'
import { Button, Drawer, Group, Modal, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../../client'
import { showDone } from '../../../ui'
import { draftOf, draftProblems, editOf, isChanged, type TrackDraft } from '../track-draft'
import { CueEditor } from './cue-editor'
import { DetailFields, LoudnessFields } from './detail-fields'
import classes from './edit.module.css'
import { FileFacts, Report } from './report'

export interface TrackDrawerProps {
  track: Track
  onClose(): void
  onSaved(track: Track): void
}

export function TrackDrawer({ track, onClose, onSaved }: TrackDrawerProps) {
  const { t } = useTranslation('library')
  const [draft, setDraft] = useState<TrackDraft>(() => draftOf(track))
  const [leaving, setLeaving] = useState(false)
  const report = useRemote((signal) => client.library.tracks.report({ id: track.id }, { signal }), [track.id])
  const changed = isChanged(track, draft)
  const problems = draftProblems(draft)
  const [save, saving] = useAction(async () => {
    const saved = await client.library.tracks.update({ id: track.id, ...editOf(track, draft) })
    showDone(t('done.saved'))
    onSaved(saved)
  })
  const close = () => (changed ? setLeaving(true) : onClose())
  useHotkeys([['mod+S', () => changed && problems.length === 0 && void save()]], [])

  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={800}
      title={t('edit.title')}
      classNames={{ body: classes.body, content: classes.content, header: classes.header, title: classes.title }}
      transitionProps={{ duration: 120 }}
      overlayProps={{ opacity: 0.4 }}
    >
      <div className={classes.scroll}>
        <CueEditor track={track} draft={draft} measured={report.data?.measuredCues} onDraft={setDraft} />
        <DetailFields draft={draft} problems={problems} onDraft={setDraft} />
        <LoudnessFields draft={draft} onDraft={setDraft} />
        <Report track={track} report={report} draft={draft} onDraft={setDraft} />
        <FileFacts track={track} />
      </div>
      <footer className={classes.foot}>
        <Button onClick={close}>{t('edit.cancel')}</Button>
        <Button
          variant="filled"
          disabled={!changed || problems.length > 0}
          loading={saving}
          onClick={() => void save()}
        >
          {t('edit.save')}
        </Button>
      </footer>
      <Modal opened={leaving} onClose={() => setLeaving(false)} title={t('edit.discardTitle')} zIndex={400}>
        <Text mb="md">{t('edit.discardText')}</Text>
        <Group justify="flex-end" gap="sm">
          <Button variant="danger" onClick={onClose}>
            {t('edit.discard')}
          </Button>
          <Button variant="filled" onClick={() => setLeaving(false)} data-autofocus>
            {t('edit.stay')}
          </Button>
        </Group>
      </Modal>
    </Drawer>
  )
}
