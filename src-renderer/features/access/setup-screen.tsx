// The first visit by the one-time link: makes the owner's account.
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { navigate } from '../../app/router'
import { describeError, postJson, reconnectNow } from '../../client'
import { AccessCard } from './access-card'

const leastPasswordLength = 8

export function SetupScreen({ token }: { token: string }) {
  const { t } = useTranslation('access')
  const [problem, setProblem] = useState<string | null>(token ? null : t('setup.noToken'))
  const [asked, setAsked] = useState(false)
  const form = useForm({
    initialValues: { name: '', password: '', again: '' },
    validate: {
      name: (name) => (name.trim() ? null : t('nameMissing')),
      password: (password) => (password.length >= leastPasswordLength ? null : t('setup.passwordShort')),
      again: (again, { password }) => (again === password ? null : t('setup.passwordsDiffer')),
    },
  })
  const setUp = form.onSubmit(async ({ name, password }) => {
    setAsked(true)
    setProblem(null)
    try {
      await postJson('/api/auth/setup', { token, name, password })
      // The link works once; it should not stay in the address or the history.
      history.replaceState(null, '', '#/on-air')
      navigate('/on-air')
      reconnectNow()
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setAsked(false)
    }
  })
  return (
    <AccessCard title={t('setup.title')} hint={t('setup.hint')} problem={problem} onSubmit={setUp}>
      <TextInput label={t('name')} autoComplete="username" data-autofocus {...form.getInputProps('name')} />
      <PasswordInput
        label={t('password')}
        description={t('setup.passwordHint')}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
      <PasswordInput label={t('setup.again')} autoComplete="new-password" {...form.getInputProps('again')} />
      <Button type="submit" variant="filled" loading={asked} disabled={!token} fullWidth>
        {t('setup.do')}
      </Button>
    </AccessCard>
  )
}
