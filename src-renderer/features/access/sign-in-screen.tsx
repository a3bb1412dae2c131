// Name and password; shown when the station answers 401.
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { describeError, postJson, reconnectNow } from '../../client'
import { AccessCard } from './access-card'

export function SignInScreen() {
  const { t } = useTranslation('access')
  const [problem, setProblem] = useState<string | null>(null)
  const [asked, setAsked] = useState(false)
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: {
      name: (name) => (name.trim() ? null : t('nameMissing')),
      password: (password) => (password ? null : t('passwordMissing')),
    },
  })
  const signIn = form.onSubmit(async (values) => {
    setAsked(true)
    setProblem(null)
    try {
      await postJson('/api/auth/sign-in', values)
      reconnectNow()
    } catch (error) {
      setProblem(describeError(error))
    } finally {
      setAsked(false)
    }
  })
  return (
    <AccessCard title={t('signIn.title')} hint={t('signIn.hint')} problem={problem} onSubmit={signIn}>
      <TextInput label={t('name')} autoComplete="username" data-autofocus {...form.getInputProps('name')} />
      <PasswordInput label={t('password')} autoComplete="current-password" {...form.getInputProps('password')} />
      <Button type="submit" variant="filled" loading={asked} fullWidth>
        {t('signIn.do')}
      </Button>
    </AccessCard>
  )
}
