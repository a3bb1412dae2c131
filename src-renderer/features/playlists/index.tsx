// The playlists screen: lists on the left, the chosen one in the middle, search of the library on the right.
import type { Playlist, PlaylistItem } from '@contract/playlists'
import { Button } from '@mantine/core'
import { IconListDetails, IconMusicPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { navigate, useRoute } from '../../app/router'
import { describeError } from '../../client'
import { EmptyState, ErrorState, LoadingState } from '../../ui'
import { ListenBar } from '../library/listen-bar'
import { useListen } from '../library/listen-store'
import { AddTracks } from './add-tracks'
import { ItemPreview } from './item-preview'
import { PlaylistHead } from './playlist-head'
import { PlaylistItems } from './playlist-items'
import { PlaylistList } from './playlist-list'
import {
  type PlaylistActions,
  useItemActions,
  usePlaylistActions,
  usePlaylistItems,
  usePlaylists,
} from './playlist-store'
import classes from './playlists.module.css'

const open = (id: number) => navigate(`/playlists/${id}`)

export function PlaylistsScreen() {
  const { t } = useTranslation('playlists')
  const route = useRoute()
  const playlists = usePlaylists()
  const actions = usePlaylistActions(playlists, open)
  const { data, error } = playlists
  if (!data) {
    return error ? (
      <ErrorState message={describeError(error)} effect={t('error.text')} onRetry={playlists.reload} />
    ) : (
      <LoadingState />
    )
  }
  const wanted = Number(route.path[1])
  const playlist = data.find((candidate) => candidate.id === wanted) ?? data[0]
  const create = async (name: string) => {
    const made = await actions.create(name)
    if (made) open(made.id)
  }
  return (
    <div className={classes.screen}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <PlaylistList
        playlists={data}
        selectedId={playlist?.id ?? null}
        onSelect={open}
        onCreate={create}
        asked={actions.asked}
      />
      {playlist ? (
        <Editor key={playlist.id} playlist={playlist} all={data} actions={actions} />
      ) : (
        <div className={classes.nothing}>
          <EmptyState
            icon={IconListDetails}
            title={t('empty.title')}
            hint={t('empty.text')}
            action={
              <Button variant="filled" loading={actions.asked} onClick={() => void create(t('new'))}>
                {t('empty.action')}
              </Button>
            }
          />
        </div>
      )}
    </div>
  )
}

interface EditorProps {
  playlist: Playlist
  all: Playlist[]
  actions: PlaylistActions
}

function Editor({ playlist, all, actions }: EditorProps) {
  const { t } = useTranslation('playlists')
  const items = usePlaylistItems(playlist.id)
  const itemActions = useItemActions(playlist, items)
  const [selected, setSelected] = useState<PlaylistItem | null>(null)
  const shown = items.data ?? []
  const previewed = selected?.track ?? shown[0]?.track ?? null
  const heardId = useListen((state) => state.track?.id)
  return (
    <>
      <section className={classes.editor}>
        <PlaylistHead playlist={playlist} all={all} actions={actions} />
        {items.error && !items.data ? (
          <ErrorState message={describeError(items.error)} effect={t('error.text')} onRetry={items.reload} />
        ) : !items.data ? (
          <LoadingState />
        ) : shown.length === 0 ? (
          <EmptyState icon={IconMusicPlus} title={t('emptyItems.title')} hint={t('emptyItems.text')} />
        ) : (
          <PlaylistItems
            name={playlist.name}
            items={shown}
            selectedId={selected?.id ?? null}
            onSelect={setSelected}
            onOrder={itemActions.order}
            onRemove={(item) => void itemActions.remove(item)}
          />
        )}
        {heardId !== undefined && heardId !== previewed?.id ? <ListenBar /> : null}
        {previewed ? <ItemPreview track={previewed} /> : null}
      </section>
      <AddTracks items={shown} actions={itemActions} />
    </>
  )
}
