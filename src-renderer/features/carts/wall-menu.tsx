// What is seldom needed at the wall: editing, pages, the MIDI controller.
import type { CartPage } from '@contract/carts'
import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from '@mantine/core'
import {
  IconArrowLeft,
  IconArrowRight,
  IconDotsVertical,
  IconFilePlus,
  IconPencil,
  IconPiano,
  IconTextCaption,
  IconTrash,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay } from '../../stores'
import { switchMidiOff, switchMidiOn, useMidi } from './midi'

export interface WallMenuProps {
  page: CartPage | null
  pages: CartPage[]
  onEdit(): void
  onNewPage(): void
  onRename(page: CartPage): void
}

export function WallMenu({ page, pages, onEdit, onNewPage, onRename }: WallMenuProps) {
  const { t } = useTranslation('carts')
  const may = useMay()
  const [removing, setRemoving] = useState<CartPage | null>(null)
  const [order] = useAction((ids: number[]) => client.carts.pages.order({ ids }))
  const ids = pages.map(({ id }) => id)
  const at = page ? ids.indexOf(page.id) : -1
  const moved = (by: number) => {
    const next = ids.filter((_, index) => index !== at)
    next.splice(at + by, 0, ids[at]!)
    void order(next)
  }
  return (
    <>
      <Menu position="top-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={26} aria-label={t('menu')}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {may('programmer') ? (
            <>
              <Menu.Item leftSection={<IconPencil size={15} />} disabled={!page} onClick={onEdit}>
                {t('edit')}
              </Menu.Item>
              <Menu.Item leftSection={<IconFilePlus size={15} />} onClick={onNewPage}>
                {t('newPage')}
              </Menu.Item>
              {page ? (
                <>
                  <Menu.Item leftSection={<IconTextCaption size={15} />} onClick={() => onRename(page)}>
                    {t('renamePage')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconArrowLeft size={15} />} disabled={at <= 0} onClick={() => moved(-1)}>
                    {t('pageLeft')}
                  </Menu.Item>
                  <Menu.Item
                    leftSection={<IconArrowRight size={15} />}
                    disabled={at >= ids.length - 1}
                    onClick={() => moved(1)}
                  >
                    {t('pageRight')}
                  </Menu.Item>
                  <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={() => setRemoving(page)}>
                    {t('deletePage')}
                  </Menu.Item>
                </>
              ) : null}
              <Menu.Divider />
            </>
          ) : null}
          <MidiItem />
        </Menu.Dropdown>
      </Menu>
      {removing ? <RemoveDialog page={removing} onClose={() => setRemoving(null)} /> : null}
    </>
  )
}

function MidiItem() {
  const { t } = useTranslation('carts')
  const { state, inputs } = useMidi()
  return (
    <>
      <Menu.Item
        leftSection={<IconPiano size={15} />}
        disabled={state === 'asking'}
        closeMenuOnClick={false}
        onClick={() => (state === 'on' ? switchMidiOff() : void switchMidiOn())}
      >
        {state === 'on' ? t('midi.switchOff') : t('midi.switchOn')}
      </Menu.Item>
      {state === 'off' ? null : (
        <Menu.Label style={{ maxWidth: 260 }} role="status">
          {state === 'on' && inputs.length > 0
            ? t('midi.inputs', { names: inputs.join(', ') })
            : t(`midi.state.${state}`)}
        </Menu.Label>
      )}
    </>
  )
}

function RemoveDialog({ page, onClose }: { page: CartPage; onClose(): void }) {
  const { t } = useTranslation('carts')
  const [remove, asked] = useAction(async () => {
    await client.carts.pages.remove({ id: page.id })
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title={t('deletePage')}>
      <Stack gap="md">
        <Text>{t('deletePageQuestion', { name: page.name, count: page.carts.length })}</Text>
        <Group justify="flex-end" gap="sm">
          <Button onClick={onClose} data-autofocus>
            {t('common:action.cancel')}
          </Button>
          <Button variant="danger" loading={asked} onClick={() => void remove()}>
            {t('common:action.delete')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
