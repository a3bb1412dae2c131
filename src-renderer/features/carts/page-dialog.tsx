// The name of a page, new or old.
import type { CartPage } from '@contract/carts'
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'

export interface PageDialogProps {
  /** Null makes a new one. */
  page: CartPage | null
  onMade(id: number): void
  onClose(): void
}

export function PageDialog({ page, onMade, onClose }: PageDialogProps) {
  const { t } = useTranslation('carts')
  const [name, setName] = useState(page?.name ?? '')
  const [tried, setTried] = useState(false)
  const [save, asked] = useAction(async () => {
    if (page) await client.carts.pages.rename({ id: page.id, name: name.trim() })
    else onMade((await client.carts.pages.create({ name: name.trim() })).id)
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title={page ? t('renamePage') : t('newPage')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (name.trim() !== '') void save()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('pageName')}
            value={name}
            maxLength={40}
            error={tried && name.trim() === '' ? t('pageNameNeeded') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('common:action.cancel')}</Button>
            <Button type="submit" variant="filled" loading={asked}>
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
