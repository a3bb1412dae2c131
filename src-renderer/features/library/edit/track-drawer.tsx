// The edit drawer: waveform with cue points, the details, loudness, what the analysis found, the file.
import type { Track } from '@contract/library'
import { Button, Drawer, Group, Modal, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconFileExport } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../../client'
import { showDone } from '../../../ui'
import { useTagWriting } from '../metadata/selection-actions'
import { draftOf, draftProblems, editOf, isChanged, rebased, type TrackDraft } from '../track-draft'
import { type Conflict, ConflictPanel, conflictOf } from './conflict-panel'
import { Cover } from './cover'
import { CueEditor } from './cue-editor'
import { DetailFields } from './detail-fields'
import classes from './edit.module.css'
import { LoudnessFields } from './loudness-fields'
import { OwnFields } from './own-fields'
import { FileFacts, Report } from './report'

export interface TrackDrawerProps {
  track: Track
  onClose(): void
  onSaved(track: Track): void
}

export function TrackDrawer({ track: opened, onClose, onSaved }: TrackDrawerProps) {
  const { t } = useTranslation('library')
  // As the station had it when it was opened, or when a conflict was settled.
  const [track, setTrack] = useState(opened)
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const [draft, setDraft] = useState<TrackDraft>(() => draftOf(track))
  const [leaving, setLeaving] = useState(false)
  const report = useRemote((signal) => client.library.tracks.report({ id: track.id }, { signal }), [track.id])
  const changed = isChanged(track, draft)
  const writing = useTagWriting()
  const problems = draftProblems(draft)
  const [save, saving] = useAction(async () => {
    try {
      const saved = await client.library.tracks.update({
        ...{ id: track.id, revision: track.revision },
        ...editOf(track, draft),
      })
      showDone(t('done.saved'))
      onSaved(saved)
    } catch (error) {
      const found = conflictOf(error)
      if (!found) throw error
      setConflict(found)
    }
  })
  const settle = (takeTheirs: ReadonlySet<string>) => {
    if (!conflict) return
    setDraft(rebased(track, draft, conflict.current, takeTheirs))
    setTrack(conflict.current)
    setConflict(null)
  }
  const close = () => (changed ? setLeaving(true) : onClose())
  useHotkeys([['mod+S', () => changed && problems.length === 0 && !conflict && void save()]], [])

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
        {conflict ? <ConflictPanel conflict={conflict} draft={draft} onSettle={settle} /> : null}
        <CueEditor track={track} draft={draft} measured={report.data?.measuredCues} onDraft={setDraft} />
        <DetailFields draft={draft} problems={problems} onDraft={setDraft} />
        <OwnFields draft={draft} onDraft={setDraft} />
        <Cover track={track} onTrack={setTrack} />
        <LoudnessFields draft={draft} onDraft={setDraft} />
        <Report track={track} report={report} draft={draft} onDraft={setDraft} />
        <FileFacts track={track} />
      </div>
      <footer className={classes.foot}>
        <Button
          variant="subtle"
          disabled={changed || track.state === 'missing'}
          leftSection={<IconFileExport size={16} />}
          onClick={() => void writing.start([track.id])}
        >
          {t('metadata:selection.writeOne')}
        </Button>
        <span className={classes.push} />
        <Button onClick={close}>{t('edit.cancel')}</Button>
        <Button
          variant="filled"
          disabled={!changed || problems.length > 0 || conflict !== null}
          loading={saving}
          onClick={() => void save()}
        >
          {t('edit.save')}
        </Button>
      </footer>
      {writing.dialog}
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
