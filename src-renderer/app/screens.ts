// The rail: every room that has a screen, in order. A screen is loaded when it is first opened.
import {
  IconActivityHeartbeat,
  IconBroadcast,
  IconListDetails,
  IconMicrophone2,
  IconMusic,
  IconSettings,
  IconUpload,
} from '@tabler/icons-react'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

const files = import.meta.glob<Record<string, ComponentType>>('../features/*/index.tsx')

export interface Screen {
  path: string
  icon: typeof IconMusic
  /** Key of its name in app.json. */
  name: string
  component: LazyExoticComponent<ComponentType>
}

/** A feature's door exports its screen under a name that ends in Screen. */
const screen = (path: string, icon: typeof IconMusic, name: string): Screen[] => {
  const load = files[`../features/${path}/index.tsx`]
  if (!load) return []
  const component = lazy(async () => {
    const module = await load()
    const found = Object.entries(module).find(([key]) => key.endsWith('Screen'))
    if (!found) throw new Error(`The feature ${path} has no screen.`)
    return { default: found[1] }
  })
  return [{ path, icon, name, component }]
}

export const screens: Screen[] = [
  ...screen('on-air', IconBroadcast, 'screen.onAir'),
  ...screen('library', IconMusic, 'screen.library'),
  ...screen('playlists', IconListDetails, 'screen.playlists'),
  ...screen('live', IconMicrophone2, 'screen.live'),
  ...screen('outputs', IconUpload, 'screen.outputs'),
  ...screen('monitoring', IconActivityHeartbeat, 'screen.monitoring'),
  ...screen('settings', IconSettings, 'screen.settings'),
]
