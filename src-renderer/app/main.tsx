// Entry of the studio: texts first, then the connection, then the screen.
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import '../ui/tokens.css'
import '../ui/global.css'
import { createRoot } from 'react-dom/client'
import { startClient } from '../client'
import { followTray } from '../features/talk'
import { startTexts } from '../i18n'
import { useStation } from '../stores'
import { App } from './app'

await startTexts()
startClient(useStation.getState().apply)
followTray()
const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
