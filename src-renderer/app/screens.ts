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

interface ScreenModule {
  Screen: ComponentType
}

const files = import.meta.glob<ScreenModule>('../features/*/screen.tsx')

export interface Screen {
  path: string
  icon: typeof IconMusic
  /** Key of its name in app.json. */
  name: string
  component: LazyExoticComponent<ComponentType>
}

const screen = (path: string, icon: typeof IconMusic, name: string): Screen[] => {
  const load = files[`../features/${path}/screen.tsx`]
  return load ? [{ path, icon, name, component: lazy(async () => ({ default: (await load()).Screen })) }] : []
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
