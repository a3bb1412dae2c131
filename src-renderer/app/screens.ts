// The rail: every room that has a screen, in order. A screen is loaded when it is first opened.
import {
  type Icon,
  IconActivityHeartbeat,
  IconAdjustmentsHorizontal,
  IconBroadcast,
  IconCopy,
  IconHistory,
  IconListDetails,
  IconMicrophone2,
  IconMusic,
  IconPlayerRecord,
  IconSettings,
  IconUpload,
} from '@tabler/icons-react'
import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

export interface Screen {
  path: string
  icon: Icon
  /** Key of its name in app.json. */
  name: string
  component: LazyExoticComponent<ComponentType>
}

const screen = (path: string, icon: Icon, name: string, load: () => Promise<ComponentType>): Screen => ({
  path,
  icon,
  name,
  component: lazy(async () => ({ default: await load() })),
})

export const screens: Screen[] = [
  screen('on-air', IconBroadcast, 'screen.onAir', async () => (await import('../features/on-air')).OnAirScreen),
  screen('library', IconMusic, 'screen.library', async () => (await import('../features/library')).LibraryScreen),
  screen(
    'playlists',
    IconListDetails,
    'screen.playlists',
    async () => (await import('../features/playlists')).PlaylistsScreen,
  ),
  screen('log', IconHistory, 'screen.log', async () => (await import('../features/log')).LogScreen),
  screen('live', IconMicrophone2, 'screen.live', async () => (await import('../features/live')).LiveScreen),
  screen(
    'recordings',
    IconPlayerRecord,
    'screen.recordings',
    async () => (await import('../features/recordings')).RecordingsScreen,
  ),
  screen('outputs', IconUpload, 'screen.outputs', async () => (await import('../features/outputs')).OutputsScreen),
  screen(
    'monitoring',
    IconActivityHeartbeat,
    'screen.monitoring',
    async () => (await import('../features/monitoring')).MonitoringScreen,
  ),
  screen(
    'settings',
    IconSettings,
    'screen.settings',
    async () => (await import('../features/settings')).SettingsScreen,
  ),
]

/** Screens that are reached from another one and have no place in the rail. */
export const pages: (Screen & { under: string; inPalette?: boolean })[] = [
  {
    ...screen(
      'rotation',
      IconAdjustmentsHorizontal,
      'screen.rotation',
      async () => (await import('../features/rotation')).RotationScreen,
    ),
    under: 'playlists',
    inPalette: true,
  },
  {
    ...screen('track', IconMusic, 'screen.track', async () => (await import('../features/track-page')).TrackPage),
    under: 'library',
  },
  {
    ...screen(
      'duplicates',
      IconCopy,
      'screen.duplicates',
      async () => (await import('../features/duplicates')).Duplicates,
    ),
    under: 'library',
  },
]
