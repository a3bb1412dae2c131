// The inputs of the dialog for many tracks: each says "leave as it is" until something is typed or chosen.
import { trackKinds } from '@contract/library'
import type { CustomField } from '@contract/metadata'
import {
  ActionIcon,
  Button,
  Checkbox,
  FileButton,
  MultiSelect,
  Rating,
  Select,
  TagsInput,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconEraser, IconPhoto } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { sendPicture, useAction } from '../../../client'
import { SectionTitle } from '../../../ui'
import { pictureTypes } from '../edit/cover'
import { OwnField } from '../edit/own-fields'
import { type BatchDraft, type BatchText, type ClearableField, textFields, wrongNumbers } from './batch-draft'
import { useCustomFields } from './field-names'
import classes from './metadata.module.css'

export interface BatchFieldsProps {
  draft: BatchDraft
  onDraft(draft: BatchDraft): void
}

export function BatchFields({ draft, onDraft }: BatchFieldsProps) {
  const { t } = useTranslation('metadata')
  const { data: own = [] } = useCustomFields()
  const set = (change: Partial<BatchDraft>) => onDraft({ ...draft, ...change })
  return (
    <div className={classes.form}>
      <div className={classes.fields}>
        {[...textFields, 'year' as const, 'trackNumber' as const].map((name) => (
          <TextField key={name} name={name} draft={draft} onDraft={onDraft} />
        ))}
        <Choices draft={draft} onDraft={onDraft} />
        {own.map((field) => (
          <CustomValue key={field.key} field={field} draft={draft} onDraft={onDraft} />
        ))}
        <TagsInput
          label={t('batch.addTags')}
          value={draft.addTags}
          splitChars={[',', ';']}
          onChange={(addTags) => set({ addTags })}
        />
        <TagsInput
          label={t('batch.removeTags')}
          value={draft.removeTags}
          splitChars={[',', ';']}
          onChange={(removeTags) => set({ removeTags })}
        />
      </div>
      <FindAndReplace draft={draft} onDraft={onDraft} />
    </div>
  )
}

function Clearable({ on, onToggle, children }: { on: boolean; onToggle(): void; children: ReactNode }) {
  const { t } = useTranslation('metadata')
  return (
    <div className={classes.clearable}>
      {children}
      <Tooltip label={t('batch.clear')}>
        <ActionIcon
          size={30}
          variant={on ? 'filled' : 'default'}
          aria-pressed={on}
          aria-label={t('batch.clear')}
          onClick={onToggle}
        >
          <IconEraser size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}

const toggled = <Item,>(set: ReadonlySet<Item>, item: Item): ReadonlySet<Item> => {
  const next = new Set(set)
  if (!next.delete(item)) next.add(item)
  return next
}

function TextField({ name, draft, onDraft }: BatchFieldsProps & { name: BatchText }) {
  const { t } = useTranslation('metadata')
  const cleared = draft.clear.has(name as ClearableField)
  const input = (
    <TextInput
      label={t(`field.${name}`)}
      value={cleared ? '' : (draft.texts[name] ?? '')}
      disabled={cleared}
      placeholder={cleared ? t('batch.cleared') : t('batch.leave')}
      error={wrongNumbers(draft).includes(name) ? t('batch.numberWrong') : undefined}
      onChange={(event) => onDraft({ ...draft, texts: { ...draft.texts, [name]: event.currentTarget.value } })}
    />
  )
  if (name === 'title') return <div>{input}</div>
  const toggle = () => onDraft({ ...draft, clear: toggled(draft.clear, name as ClearableField) })
  return (
    <Clearable on={cleared} onToggle={toggle}>
      {input}
    </Clearable>
  )
}

function CustomValue({ field, draft, onDraft }: BatchFieldsProps & { field: CustomField }) {
  const { t } = useTranslation('metadata')
  const cleared = draft.clearCustom.has(field.key)
  return (
    <Clearable on={cleared} onToggle={() => onDraft({ ...draft, clearCustom: toggled(draft.clearCustom, field.key) })}>
      <OwnField
        field={field}
        value={cleared ? '' : (draft.custom[field.key] ?? '')}
        placeholder={cleared ? t('batch.cleared') : t('batch.leave')}
        onValue={(value) => onDraft({ ...draft, custom: { ...draft.custom, [field.key]: value } })}
      />
    </Clearable>
  )
}

function Choices({ draft, onDraft }: BatchFieldsProps) {
  const { t } = useTranslation('metadata')
  const set = (change: Partial<BatchDraft>) => onDraft({ ...draft, ...change })
  const clearing = (name: ClearableField) => () => set({ clear: toggled(draft.clear, name) })
  const [send, sending] = useAction(async (file: File) => set({ picture: (await sendPicture(file)).picture }))
  const noPicture = draft.clear.has('artwork')
  return (
    <>
      <Select
        label={t('field.kind')}
        placeholder={t('batch.leave')}
        clearable
        value={draft.kind}
        onChange={(kind) => set({ kind })}
        data={trackKinds.map((kind) => ({ value: kind, label: t(`library:kindOne.${kind}`) }))}
      />
      <Select
        label={t('field.explicit')}
        placeholder={t('batch.leave')}
        clearable
        value={draft.explicit === null ? null : String(draft.explicit)}
        onChange={(value) => set({ explicit: value === null ? null : value === 'true' })}
        data={[
          { value: 'true', label: t('yes') },
          { value: 'false', label: t('no') },
        ]}
      />
      <Clearable on={draft.clear.has('rating')} onToggle={clearing('rating')}>
        <div>
          <div className={classes.label} id="batch-rating">
            {t('field.rating')}
          </div>
          <Rating
            className={classes.stars}
            aria-labelledby="batch-rating"
            readOnly={draft.clear.has('rating')}
            value={draft.clear.has('rating') ? 0 : (draft.rating ?? 0)}
            getSymbolLabel={(value) => t('stars', { count: value })}
            onChange={(value) => set({ rating: value === draft.rating || value === 0 ? null : value })}
          />
        </div>
      </Clearable>
      <Clearable on={noPicture} onToggle={clearing('artwork')}>
        <div>
          <div className={classes.label}>{t('field.artwork')}</div>
          <FileButton accept={pictureTypes} onChange={(file) => file && void send(file)}>
            {(props) => (
              <Button {...props} fullWidth disabled={noPicture} loading={sending} leftSection={<IconPhoto size={14} />}>
                {noPicture ? t('batch.cleared') : draft.picture ? t('batch.pictureChosen') : t('batch.leave')}
              </Button>
            )}
          </FileButton>
        </div>
      </Clearable>
    </>
  )
}

const replaceable = ['title', 'artist', 'album', 'genre', 'comment', 'composer', 'label', 'language'] as const

function FindAndReplace({ draft, onDraft }: BatchFieldsProps) {
  const { t } = useTranslation('metadata')
  const set = (change: Partial<BatchDraft>) => onDraft({ ...draft, ...change })
  return (
    <section className={classes.section}>
      <SectionTitle>{t('batch.replace')}</SectionTitle>
      <div className={classes.fields}>
        <TextInput
          label={t('batch.find')}
          value={draft.find}
          maxLength={500}
          onChange={(event) => set({ find: event.currentTarget.value })}
        />
        <TextInput
          label={t('batch.replaceBy')}
          value={draft.replaceBy}
          maxLength={500}
          onChange={(event) => set({ replaceBy: event.currentTarget.value })}
        />
        <MultiSelect
          label={t('batch.replaceIn')}
          value={draft.replaceIn}
          onChange={(fields) => set({ replaceIn: fields as BatchDraft['replaceIn'] })}
          data={replaceable.map((name) => ({ value: name, label: t(`field.${name}`) }))}
        />
        <div className={classes.checks}>
          <Checkbox
            label={t('batch.matchCase')}
            checked={draft.matchCase}
            onChange={(event) => set({ matchCase: event.currentTarget.checked })}
          />
          <Checkbox
            label={t('batch.wholeWords')}
            checked={draft.wholeWords}
            onChange={(event) => set({ wholeWords: event.currentTarget.checked })}
          />
        </div>
      </div>
    </section>
  )
}
