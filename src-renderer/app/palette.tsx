// The command palette (Ctrl/⌘-K): actions, screens and tracks of the library.

import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight'
import { IconMusic, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../client'
import { useMay, useTopic } from '../stores'
import { formatDuration, showDone } from '../ui'
import { commands } from './commands'
import { navigate } from './router'
import { pages, screens } from './screens'
import { runCommand } from './shortcuts'

const tracksShown = 8

export function Palette() {
  const { t } = useTranslation('app')
  const [query, setQuery] = useState('')
  const groups = useGroups(query)
  return (
    <Spotlight
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      // Tracks were found by the station already; actions and screens are matched here.
      filter={(_query, actions) => actions}
      shortcut={['mod + K']}
      nothingFound={t('palette.nothing')}
      overlayProps={{ blur: 0, backgroundOpacity: 0.55 }}
      attributes={{ content: { 'aria-label': t('palette.placeholder') } }}
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
    />
  )
}

function useGroups(query: string): SpotlightActionGroupData[] {
  const { t } = useTranslation('app')
  const air = useTopic('air')
  const may = useMay()
  const tracks = useTrackActions(query)
  const wanted = query.trim().toLocaleLowerCase()
  const matches = (...texts: string[]) => texts.some((text) => text.toLocaleLowerCase().includes(wanted))

  const actions: SpotlightActionData[] = commands
    .filter((command) => command.possible(air) && may(command.role) && matches(t(command.name), t(command.hint)))
    .map((command) => ({
      id: command.id,
      label: t(command.name),
      description: t(command.hint),
      leftSection: <command.icon size={18} stroke={1.6} />,
      rightSection: <kbd className="mono faint">{command.keys[0]}</kbd>,
      onClick: () => void runCommand(command),
    }))
  const places: SpotlightActionData[] = [...screens, ...pages.filter(({ inPalette }) => inPalette)]
    .filter((screen) => matches(t(screen.name)))
    .map((screen) => ({
      id: `screen ${screen.path}`,
      label: t(screen.name),
      leftSection: <screen.icon size={18} stroke={1.6} />,
      onClick: () => navigate(`/${screen.path}`),
    }))
  return [
    { group: t('palette.actions'), actions },
    { group: t('palette.screens'), actions: places },
    { group: t('palette.tracks'), actions: tracks },
  ].filter((group) => group.actions.length > 0)
}

function useTrackActions(query: string): SpotlightActionData[] {
  const { t } = useTranslation('app')
  const [settled] = useDebouncedValue(query.trim(), 80)
  const may = useMay()
  const { data } = useRemote(
    async (signal) =>
      settled.length < 2
        ? []
        : (await client.library.tracks.list({ q: settled, sort: 'relevance', limit: tracksShown }, { signal })).items,
    [settled],
  )
  const [playNext] = useAction(async (trackId: number, title: string) => {
    await client.playout.queue.add({ trackId, position: 'next' })
    showDone(t('palette.playsNext', { title }))
  })
  if (query.trim().length < 2) return []
  return (data ?? []).map((track) => ({
    id: `track ${track.id}`,
    label: track.title,
    description: may('presenter')
      ? t('palette.trackHint', { artist: track.artist, length: formatDuration(track.durationSeconds) })
      : track.artist,
    leftSection: <IconMusic size={18} stroke={1.6} />,
    onClick: () => {
      if (may('presenter')) void playNext(track.id, track.title)
      else navigate(`/library?q=${encodeURIComponent(track.title)}`)
    },
  }))
}
