// The whole studio: providers, then sign-in, waiting or the frame, as the connection says.
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useConnection } from '../client'
import { SetupScreen, SignInScreen } from '../features/access'
import { useStation } from '../stores'
import { cssVariables, theme } from '../ui'
import { Frame } from './frame'
import { useRoute } from './router'
import { Splash } from './splash'

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="dark">
      <Notifications position="bottom-center" limit={4} containerWidth={360} />
      <Door />
    </MantineProvider>
  )
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
