// Adding and editing a destination; Telegram gets a guide to where its server and key are found.
import type { Destination } from '@contract/outputs'
import { Button, Checkbox, Group, Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { type DestinationDraft, draftOf, draftProblems, inputOf, newDraft } from './destination-draft'
import { AddressFields, SoundFields } from './destination-fields'
import { KindIcon } from './kind-icon'
import classes from './outputs.module.css'
import type { DestinationKind } from './stream-address'
import { TelegramGuide } from './telegram-guide'

export interface DestinationFormProps {
  kind: DestinationKind
  /** The one that is edited; without it a new one is made. */
  destination?: Destination
  onClose(): void
}

export function DestinationForm({ kind, destination, onClose }: DestinationFormProps) {
  const { t } = useTranslation('outputs')
  const [draft, setDraft] = useState<DestinationDraft>(() => (destination ? draftOf(destination) : newDraft(kind)))
  const [start, setStart] = useState(true)
  const [tried, setTried] = useState(false)
  const problems = draftProblems(draft, destination?.streamKeyHint != null)
  const [save, saving] = useAction(async () => {
    const input = inputOf(draft)
    if (destination) await client.outputs.destinations.update({ id: destination.id, ...input })
    else {
      const made = await client.outputs.destinations.create(input)
      if (start) await client.outputs.destinations.start({ id: made.id })
    }
    onClose()
  })
  const telegram = draft.kind === 'telegram'
  return (
    <Modal
      opened
      size={telegram ? 760 : 560}
      onClose={onClose}
      closeOnClickOutside={false}
      title={
        <span className={classes.formTitle}>
          <KindIcon kind={draft.kind} size={20} />
          {destination ? t('form.editTitle', { name: destination.name }) : t(`destinations.kinds.${draft.kind}`)}
        </span>
      }
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (Object.keys(problems).length === 0) void save()
        }}
      >
        {telegram ? <TelegramGuide /> : null}
        <AddressFields
          draft={draft}
          onDraft={setDraft}
          problems={tried ? problems : {}}
          storedHint={destination?.streamKeyHint ?? null}
        />
        <SoundFields draft={draft} onDraft={setDraft} />
        {destination && destination.state !== 'off' ? <p className={classes.hint}>{t('form.restartNote')}</p> : null}
        <Group justify="space-between" gap="sm">
          {destination ? (
            <span />
          ) : (
            <Checkbox
              label={t('form.startNow')}
              checked={start}
              onChange={(event) => setStart(event.currentTarget.checked)}
            />
          )}
          <Group gap="sm">
            <Button onClick={onClose}>{t('form.cancel')}</Button>
            <Button type="submit" variant="filled" loading={saving}>
              {!destination && start ? t('form.saveStart') : t('form.save')}
            </Button>
          </Group>
        </Group>
      </form>
    </Modal>
  )
}
