// Name and role of a new API key.
import type { ApiKey } from '@contract/access'
import { type Role, roles } from '@contract/common'
import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'

/** Its secret is shown this once. */
export type NewKey = ApiKey & { key: string }

export interface NewKeyDialogProps {
  onClose(): void
  onMade(key: NewKey): void
}

export function NewKeyDialog({ onClose, onMade }: NewKeyDialogProps) {
  const { t } = useTranslation('settings')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [tried, setTried] = useState(false)
  const [make, making] = useAction(async () => onMade(await client.access.keys.create({ name: name.trim(), role })))
  return (
    <Modal opened onClose={onClose} title={t('keys.new')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (name.trim() !== '') void make()
        }}
      >
        <Stack gap="md">
          <TextInput
            label={t('keys.name')}
            placeholder={t('keys.namePlaceholder')}
            value={name}
            maxLength={100}
            error={tried && name.trim() === '' ? t('keys.nameNeeded') : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Radio.Group label={t('keys.role')} value={role} onChange={(value) => setRole(value as Role)}>
            <Stack gap="sm" mt="xs">
              {roles.toReversed().map((value) => (
                <Radio
                  key={value}
                  value={value}
                  label={t(`account.roles.${value}`)}
                  description={t(`keys.roles.${value}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Group justify="flex-end" gap="sm">
            <Button onClick={onClose}>{t('keys.cancel')}</Button>
            <Button type="submit" variant="filled" loading={making}>
              {t('keys.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
