// The station's own fields: add, rename, remove.
import { type CustomField, type CustomFieldType, customFieldTypes } from '@contract/metadata'
import { ActionIcon, Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, errorCode, useAction } from '../../../client'
import { SectionTitle } from '../../../ui'
import { useCustomFields } from './field-names'
import classes from './metadata.module.css'

export function FieldsDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('metadata')
  const { data = [], reload } = useCustomFields()
  const [removing, setRemoving] = useState<{ field: CustomField; why: string } | null>(null)
  const [remove, asked] = useAction(async (field: CustomField, confirm: boolean) => {
    try {
      await client.metadata.fields.remove({ key: field.key, confirm })
      setRemoving(null)
      reload()
    } catch (error) {
      if (confirm || errorCode(error) !== 'conflict') throw error
      setRemoving({ field, why: describeError(error) })
    }
  })
  return (
    <Modal opened onClose={onClose} title={t('own.title')} size={640}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('own.hint')}
        </Text>
        {data.map((field) => (
          <FieldRow key={field.key} field={field} onChanged={reload} onRemove={() => void remove(field, false)} />
        ))}
        {removing ? (
          <div className={classes.warning} role="alert">
            <span>{removing.why}</span>
            <Group gap="xs" wrap="nowrap">
              <Button size="xs" onClick={() => setRemoving(null)}>
                {t('common:action.cancel')}
              </Button>
              <Button size="xs" variant="danger" loading={asked} onClick={() => void remove(removing.field, true)}>
                {t('common:action.remove')}
              </Button>
            </Group>
          </div>
        ) : null}
        <NewField onAdded={reload} />
      </Stack>
    </Modal>
  )
}

interface FieldRowProps {
  field: CustomField
  onChanged(): void
  onRemove(): void
}

function FieldRow({ field, onChanged, onRemove }: FieldRowProps) {
  const { t } = useTranslation('metadata')
  const [name, setName] = useState(field.name)
  const [rename] = useAction(async () => {
    await client.metadata.fields.update({ key: field.key, name: name.trim() })
    onChanged()
  })
  const leave = () => {
    if (name.trim() === '') setName(field.name)
    else if (name.trim() !== field.name) void rename()
  }
  return (
    <div className={classes.fieldRow}>
      <TextInput
        aria-label={t('own.name')}
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={leave}
        onKeyDown={(event) => event.key === 'Enter' && leave()}
      />
      <code className="mono dim">custom.{field.key}</code>
      <span>{t(`own.type.${field.type}`)}</span>
      <ActionIcon variant="subtle" aria-label={t('own.remove', { name: field.name })} onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
    </div>
  )
}

const keyOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 40)

function NewField({ onAdded }: { onAdded(): void }) {
  const { t } = useTranslation('metadata')
  const [name, setName] = useState('')
  const [key, setKey] = useState<string | null>(null)
  const [type, setType] = useState<CustomFieldType>('text')
  const shownKey = key ?? keyOf(name)
  const [add, adding] = useAction(async () => {
    await client.metadata.fields.create({ key: shownKey, name: name.trim(), type })
    setName('')
    setKey(null)
    onAdded()
  })
  const ready = name.trim() !== '' && /^[a-z0-9_]{1,40}$/.test(shownKey)
  return (
    <form
      className={classes.section}
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void add()
      }}
    >
      <SectionTitle>{t('own.new')}</SectionTitle>
      <div className={classes.newField}>
        <TextInput
          label={t('own.name')}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('own.key')}
          value={shownKey}
          maxLength={40}
          error={shownKey !== '' && !/^[a-z0-9_]+$/.test(shownKey) ? t('own.keyWrong') : undefined}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <Select
          label={t('own.typeLabel')}
          value={type}
          allowDeselect={false}
          onChange={(value) => setType(value as CustomFieldType)}
          data={customFieldTypes.map((each) => ({ value: each, label: t(`own.type.${each}`) }))}
        />
        <Button type="submit" variant="filled" disabled={!ready} loading={adding}>
          {t('own.add')}
        </Button>
      </div>
    </form>
  )
}
