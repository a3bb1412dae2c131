// How far apart titles, artists, albums, tags and genres are kept.
import type { Separation } from '@contract/rotation'
import { ActionIcon, Button, Checkbox, NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client } from '../../client'
import type { Change } from './change'
import classes from './rotation.module.css'

export interface SeparationFormProps {
  rules: Separation
  may: boolean
  change: Change
}

const most = 43_200
const jingleKinds = ['jingle', 'sweeper', 'spot'] as const

export function SeparationForm({ rules, may, change }: SeparationFormProps) {
  const { t } = useTranslation('rotation')
  const [draft, setDraft] = useState(rules)
  const put = (values: Partial<Separation>) => setDraft({ ...draft, ...values })
  const changed = JSON.stringify(draft) !== JSON.stringify(rules)
  const sound = draft.tags.every(({ value }) => value.trim() !== '')
  const jinglesToo = jingleKinds.every((kind) => draft.appliesTo.includes(kind))
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void change(() => client.rotation.rules.update(draft))
      }}
    >
      <div className={classes.minutes}>
        {(['titleMinutes', 'artistMinutes', 'albumMinutes'] as const).map((name) => (
          <NumberInput
            key={name}
            size="xs"
            label={t(`separation.${name}`)}
            suffix={` ${t('separation.minutes')}`}
            disabled={!may}
            min={0}
            max={most}
            allowDecimal={false}
            value={draft[name]}
            onChange={(value) => put({ [name]: Number(value) || 0 })}
          />
        ))}
      </div>
      {draft.tags.map((tag, index) => {
        const putTag = (values: Partial<typeof tag>) => put({ tags: draft.tags.with(index, { ...tag, ...values }) })
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no other name than their place
          <div key={index} className={classes.tag}>
            <Select
              size="xs"
              w={90}
              allowDeselect={false}
              aria-label={t('separation.field')}
              value={tag.field}
              data={(['tag', 'genre'] as const).map((value) => ({ value, label: t(`ruleName.${value}`) }))}
              onChange={(value) => value && putTag({ field: value as 'tag' | 'genre' })}
            />
            <TextInput
              size="xs"
              aria-label={t('separation.value')}
              placeholder={t('separation.any')}
              value={tag.value}
              onChange={(event) => putTag({ value: event.currentTarget.value })}
            />
            <NumberInput
              size="xs"
              w={90}
              aria-label={t('separation.minutes')}
              suffix={` ${t('separation.minutes')}`}
              min={0}
              max={most}
              value={tag.minutes}
              onChange={(value) => putTag({ minutes: Number(value) || 0 })}
            />
            <ActionIcon
              aria-label={t('separation.removeTag')}
              onClick={() => put({ tags: draft.tags.toSpliced(index, 1) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        )
      })}
      <TagsInput
        size="xs"
        label={t('separation.groups')}
        description={t('separation.groupsHint')}
        disabled={!may}
        splitChars={['\n']}
        value={draft.groups}
        onChange={(groups) => put({ groups })}
      />
      <Checkbox
        size="xs"
        label={t('separation.jingles')}
        disabled={!may}
        checked={jinglesToo}
        onChange={(event) => {
          const others = draft.appliesTo.filter((kind) => !(jingleKinds as readonly string[]).includes(kind))
          put({ appliesTo: event.currentTarget.checked ? [...others, ...jingleKinds] : others })
        }}
      />
      <div className={classes.formEnd}>
        <Button
          size="xs"
          variant="default"
          disabled={!may}
          leftSection={<IconPlus size={14} />}
          onClick={() => put({ tags: [...draft.tags, { field: 'tag', value: '', minutes: 30 }] })}
        >
          {t('separation.addTag')}
        </Button>
        <Button size="xs" variant="filled" type="submit" disabled={!may || !changed || !sound}>
          {t('common:action.save')}
        </Button>
      </div>
    </form>
  )
}
