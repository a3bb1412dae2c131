// Saved views: search, filters, order and columns under a name, the same for everybody who works here.
import type { LibraryView } from '@contract/library'
import { Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core'
import { IconBookmark, IconBookmarkFilled, IconCheck, IconDeviceFloppy, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../client'
import { showDone } from '../../ui'
import classes from './library.module.css'
import { sameView, type ViewContent } from './library-query'

export interface ViewsMenuProps {
  content: ViewContent
  onOpen(view: LibraryView): void
}

export function ViewsMenu({ content, onOpen }: ViewsMenuProps) {
  const { t } = useTranslation('library')
  const { data: views = [], reload } = useRemote((signal) => client.library.views.list(undefined, { signal }), [])
  const [openId, setOpenId] = useState<number | null>(null)
  const [naming, setNaming] = useState(false)
  const opened = views.find(({ id }) => id === openId)
  const changed = opened !== undefined && !sameView(opened, content)
  const open = (view: LibraryView) => {
    setOpenId(view.id)
    onOpen(view)
  }
  const [create, creating] = useAction(async (name: string) => {
    const view = await client.library.views.create({ name, ...content })
    setOpenId(view.id)
    setNaming(false)
    reload()
    showDone(t('views.saved', { name }))
  })
  const [update] = useAction(async (view: LibraryView) => {
    await client.library.views.update({ id: view.id, ...content })
    reload()
    showDone(t('views.saved', { name: view.name }))
  })
  const [remove] = useAction(async (view: LibraryView) => {
    await client.library.views.remove({ id: view.id })
    reload()
    showDone(t('views.removed', { name: view.name }))
  })
  return (
    <>
      <Menu position="bottom-end" width={260} onOpen={reload}>
        <Menu.Target>
          <Button
            className={classes.views ?? ''}
            leftSection={opened ? <IconBookmarkFilled size={16} /> : <IconBookmark size={16} />}
            aria-label={opened ? t('views.current', { name: opened.name }) : t('views.title')}
          >
            <span className="ellipsis">{opened ? `${opened.name}${changed ? ' *' : ''}` : t('views.title')}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={420} style={{ overflow: 'auto' }}>
          {views.length === 0 ? <Menu.Label>{t('views.none')}</Menu.Label> : null}
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              onClick={() => open(view)}
              rightSection={view.id === openId ? <IconCheck size={14} /> : null}
            >
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          {opened && changed ? (
            <Menu.Item leftSection={<IconDeviceFloppy size={16} />} onClick={() => void update(opened)}>
              {t('views.update', { name: opened.name })}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => setNaming(true)}>
            {t('views.save')}
          </Menu.Item>
          {opened ? (
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              color="var(--red-text)"
              onClick={() => void remove(opened)}
            >
              {t('views.remove', { name: opened.name })}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {naming ? (
        <NameDialog asked={creating} onClose={() => setNaming(false)} onName={(name) => void create(name)} />
      ) : null}
    </>
  )
}

interface NameDialogProps {
  asked: boolean
  onClose(): void
  onName(name: string): void
}

function NameDialog({ asked, onClose, onName }: NameDialogProps) {
  const { t } = useTranslation('library')
  const [name, setName] = useState('')
  return (
    <Modal opened onClose={onClose} title={t('views.save')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') onName(name.trim())
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('views.name')}
            description={t('views.what')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            data-autofocus
          />
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('edit.cancel')}</Button>
            <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={asked}>
              {t('views.keep')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
