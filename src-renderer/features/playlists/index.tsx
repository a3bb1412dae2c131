// The playlists screen: folders and lists on the left, the chosen one in the middle; on the right, search of the library for
// a list by hand, or the rules of a smart one.
import type { Playlist, PlaylistFolder } from '@contract/playlists'
import { Button, Group } from '@mantine/core'
import { IconBolt, IconListDetails, IconMusicPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { navigate, useRoute } from '../../app/router'
import { describeError, type RemoteData } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, ErrorState, LoadingState } from '../../ui'
import { ListenBar } from '../library/listen-bar'
import { useListen } from '../library/listen-store'
import { AddTracks } from './add-tracks'
import { ImportDialog } from './import-dialog'
import { ItemPreview } from './item-preview'
import { ItemToolbar } from './item-toolbar'
import { PlaylistHead } from './playlist-head'
import { PlaylistItems } from './playlist-items'
import {
  type ItemIndex,
  type PlaylistActions,
  useFolderActions,
  useFolders,
  useItemActions,
  useItemIndex,
  usePlaylistActions,
  usePlaylists,
} from './playlist-store'
import { PlaylistTree } from './playlist-tree'
import classes from './playlists.module.css'
import { emptySmart, SmartPanel } from './smart/smart-panel'
import { useItemRows } from './use-item-rows'
import { useItemSelection } from './use-item-selection'

const open = (id: number) => navigate(`/playlists/${id}`)

export function PlaylistsScreen() {
  const { t } = useTranslation('playlists')
  const playlists = usePlaylists()
  const folders = useFolders()
  const error = playlists.error ?? folders.error
  if (playlists.data && folders.data) return <Screen playlists={playlists} folders={folders.data} />
  if (!error) return <LoadingState />
  const reload = () => {
    playlists.reload()
    folders.reload()
  }
  return <ErrorState message={describeError(error)} effect={t('error.text')} onRetry={reload} />
}

interface ScreenProps {
  playlists: RemoteData<Playlist[]>
  folders: PlaylistFolder[]
}

function Screen({ playlists, folders }: ScreenProps) {
  const { t } = useTranslation('playlists')
  const route = useRoute()
  const actions = usePlaylistActions(playlists, open)
  const folderActions = useFolderActions()
  const [importInto, setImportInto] = useState<{ folderId: number | null } | null>(null)
  const all = playlists.data ?? []
  const wanted = Number(route.path[1])
  const playlist = all.find((candidate) => candidate.id === wanted) ?? all[0]
  const create = async (name: string, folderId: number | null, smart: boolean) => {
    const made = await actions.create(name, folderId, smart ? emptySmart : undefined)
    if (made) open(made.id)
  }
  return (
    <div className={classes.screen} data-smart={playlist?.kind === 'smart' || undefined}>
      <h1 className="visually-hidden">{t('title')}</h1>
      <PlaylistTree
        playlists={all}
        folders={folders}
        selectedId={playlist?.id ?? null}
        actions={actions}
        folderActions={folderActions}
        onSelect={open}
        onCreate={create}
        onImport={(folderId) => setImportInto({ folderId })}
      />
      {playlist ? (
        <Editor key={playlist.id} playlist={playlist} all={all} actions={actions} />
      ) : (
        <div className={classes.nothing}>
          <EmptyState
            icon={IconListDetails}
            title={t('empty.title')}
            hint={t('empty.text')}
            action={
              <Group gap="sm">
                <Button variant="filled" loading={actions.asked} onClick={() => void create(t('new'), null, false)}>
                  {t('empty.action')}
                </Button>
                <Button onClick={() => setImportInto({ folderId: null })}>{t('import.open')}</Button>
              </Group>
            }
          />
        </div>
      )}
      {importInto ? (
        <ImportDialog
          folderId={importInto.folderId}
          onClose={() => setImportInto(null)}
          onOpen={(id) => {
            setImportInto(null)
            open(id)
          }}
        />
      ) : null}
    </div>
  )
}

interface EditorProps {
  playlist: Playlist
  all: Playlist[]
  actions: PlaylistActions
}

const noItems: ItemIndex = { ids: [], trackIds: [], durationSeconds: [] }

function Editor({ playlist, all, actions }: EditorProps) {
  const { t } = useTranslation('playlists')
  const remote = useItemIndex(playlist.id)
  const index = remote.data ?? noItems
  const revisions = `${useTopic('playlists').revision} ${useTopic('library').revision}`
  const rows = useItemRows(playlist.id, index, revisions)
  const selection = useItemSelection(index.ids)
  const itemActions = useItemActions(playlist, remote)
  const contained = useMemo(() => new Set(index.trackIds), [index])
  const fixed = playlist.kind === 'smart'
  const previewed = rows.row(selection.cursorId ?? index.ids[0] ?? 0)?.track ?? null
  const heardId = useListen((state) => state.track?.id)
  return (
    <>
      <section className={classes.editor}>
        <PlaylistHead playlist={playlist} all={all} actions={actions} />
        {remote.error && !remote.data ? (
          <ErrorState message={describeError(remote.error)} effect={t('error.text')} onRetry={remote.reload} />
        ) : !remote.data ? (
          <LoadingState />
        ) : index.ids.length === 0 ? (
          <EmptyState
            icon={fixed ? IconBolt : IconMusicPlus}
            title={t(fixed ? 'emptySmart.title' : 'emptyItems.title')}
            hint={t(fixed ? 'emptySmart.text' : 'emptyItems.text')}
          />
        ) : (
          <>
            <PlaylistItems
              name={playlist.name}
              index={index}
              rows={rows}
              selection={selection}
              actions={itemActions}
              fixed={fixed}
            />
            <ItemToolbar index={index} selection={selection} actions={itemActions} fixed={fixed} />
          </>
        )}
        {heardId !== undefined && heardId !== previewed?.id ? <ListenBar /> : null}
        {previewed ? <ItemPreview track={previewed} /> : null}
      </section>
      {fixed ? (
        <SmartPanel playlist={playlist} actions={actions} />
      ) : (
        <AddTracks contained={contained} actions={itemActions} />
      )}
    </>
  )
}
