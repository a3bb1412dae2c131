// The whole studio: providers, then sign-in, waiting or the frame, as the connection says.
import { MantineProvider, type MantineThemeOverride, mergeThemeOverrides } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '../client'
import { SetupScreen, SignInScreen } from '../features/access'
import { useStation } from '../stores'
import { cssVariables, theme } from '../ui'
import { Frame } from './frame'
import { useRoute } from './router'
import { Splash } from './splash'

export function App() {
  const { t } = useTranslation('common')
  const closing = t('action.close')
  const named = useMemo(() => mergeThemeOverrides(theme, namedDialogs(closing)), [closing])
  return (
    <MantineProvider theme={named} cssVariablesResolver={cssVariables} defaultColorScheme="dark">
      <Notifications position="bottom-center" limit={4} containerWidth={360} />
      <Door />
    </MantineProvider>
  )
}

/** The cross of every dialog, drawer and short message says what it does, in the person's language. */
function namedDialogs(closing: string): MantineThemeOverride {
  const defaultProps = { closeButtonProps: { 'aria-label': closing } }
  return { components: { Modal: { defaultProps }, Drawer: { defaultProps }, Notification: { defaultProps } } }
}

function Door() {
  const connection = useConnection((store) => store.state)
  const ready = useStation((store) => store.state !== null)
  const route = useRoute()
  if (route.path[0] === 'setup' && connection !== 'online')
    return <SetupScreen token={route.query.get('token') ?? ''} />
  if (connection === 'signedOut') return <SignInScreen />
  return ready ? <Frame /> : <Splash />
}
