// Folders and playlists on the left: chosen, made, renamed, put into each other by dragging or by menu.
import type { Playlist, PlaylistFolder } from '@contract/playlists'
import {
  type CollisionDetection,
  DndContext,
  type DragEndEvent,
  PointerSensor,
  pointerWithin,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { ActionIcon, Menu, TextInput, Tooltip } from '@mantine/core'
import { IconBolt, IconFileImport, IconFolderPlus, IconPlaylistAdd, IconPlus } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SectionTitle } from '../../ui'
import { FolderDialog } from './folder-dialog'
import type { FolderActions, PlaylistActions } from './playlist-store'
import classes from './playlists.module.css'
import { mayHold, type Naming, treeLines } from './tree'
import { FolderLine, ListLine } from './tree-lines'

export interface PlaylistTreeProps {
  playlists: Playlist[]
  folders: PlaylistFolder[]
  selectedId: number | null
  actions: PlaylistActions
  folderActions: FolderActions
  onSelect(id: number): void
  onCreate(name: string, folderId: number | null, smart: boolean): Promise<void>
  onImport(folderId: number | null): void
}

const manyLists = 12

export function PlaylistTree(props: PlaylistTreeProps) {
  const { playlists, folders, selectedId, actions, folderActions, onSelect, onCreate, onImport } = props
  const { t } = useTranslation('playlists')
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set())
  const [naming, setNaming] = useState<Naming | null>(null)
  const [removing, setRemoving] = useState<PlaylistFolder | null>(null)
  const [wanted, setWanted] = useState('')
  const lines = useMemo(() => {
    const word = wanted.trim().toLowerCase()
    if (word === '') return treeLines(folders, playlists, closed)
    return treeLines([], playlists.filter(({ name }) => name.toLowerCase().includes(word)).map(atTop), closed)
  }, [folders, playlists, closed, wanted])
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 6 } }))
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (!over) return
    const parentId = over.id === 'top' ? null : Number(String(over.id).slice('into-'.length))
    const [kind, id] = String(active.id).split('-')
    const list = playlists.find((one) => kind === 'list' && one.id === Number(id))
    const folder = folders.find((one) => kind === 'folder' && one.id === Number(id))
    if (list && list.folderId !== parentId) void actions.update(list, { folderId: parentId })
    if (folder && mayHold(parentId, folder, folders)) void folderActions.move(folder, parentId)
  }
  const fold = (id: number) =>
    setClosed((before) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const name = async (text: string) => {
    const asked = naming
    setNaming(null)
    if (!asked || text === '') return
    if (asked.what === 'rename') await folderActions.rename(asked.folder, text)
    else if (asked.what === 'folder') await folderActions.create(text, asked.parentId)
    else await onCreate(text, asked.parentId, asked.what === 'smart')
  }
  const shared = { folders, onName: setNaming }
  return (
    <nav className={classes.list} aria-label={t('list')}>
      <header className={classes.listHead}>
        <SectionTitle>{t('list')}</SectionTitle>
        <a href="#/rotation" className={classes.toRotation}>
          {t('rotation:open')}
        </a>
        <NewMenu onName={setNaming} onImport={() => onImport(null)} />
      </header>
      {naming ? <NameField key={keyOf(naming)} naming={naming} onDone={(text) => void name(text)} /> : null}
      {playlists.length > manyLists ? (
        <TextInput
          className={classes.treeSearch}
          size="xs"
          type="search"
          aria-label={t('findList')}
          placeholder={t('findList')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      ) : null}
      <DndContext sensors={sensors} collisionDetection={innermost} onDragEnd={onDragEnd}>
        <TopDrop>
          {lines.map((line) =>
            line.kind === 'folder' ? (
              <FolderLine
                key={`folder-${line.folder.id}`}
                {...shared}
                line={line}
                onFold={() => fold(line.folder.id)}
                onMove={(parentId) => void folderActions.move(line.folder, parentId)}
                onRemove={() => {
                  if (line.count === 0) void folderActions.remove(line.folder, 'keep')
                  else setRemoving(line.folder)
                }}
                onImport={() => onImport(line.folder.id)}
              />
            ) : (
              <ListLine
                key={`list-${line.playlist.id}`}
                {...shared}
                line={line}
                selected={line.playlist.id === selectedId}
                onSelect={() => onSelect(line.playlist.id)}
                onMove={(folderId) => void actions.update(line.playlist, { folderId })}
                onCopy={() => void actions.copy(line.playlist)}
                onRemove={() => void actions.remove(line.playlist)}
              />
            ),
          )}
        </TopDrop>
      </DndContext>
      {removing ? (
        <FolderDialog
          folder={removing}
          onClose={() => setRemoving(null)}
          onRemove={(contents) => {
            setRemoving(null)
            void folderActions.remove(removing, contents)
          }}
        />
      ) : null}
    </nav>
  )
}

/** A folder before the list it stands in. */
const innermost: CollisionDetection = (drag) => {
  const under = pointerWithin(drag)
  const folder = under.find(({ id }) => id !== 'top')
  return folder ? [folder] : under
}

const atTop = (playlist: Playlist): Playlist => ({ ...playlist, folderId: null })
const keyOf = (naming: Naming) =>
  naming.what === 'rename' ? `rename ${naming.folder.id}` : `${naming.what} ${naming.parentId}`

/** Below the lines is the top: what is dropped there lies in no folder. */
function TopDrop({ children }: { children: React.ReactNode }) {
  const { setNodeRef, isOver } = useDroppable({ id: 'top' })
  return (
    <div ref={setNodeRef} className={classes.listScroll} data-over={isOver || undefined}>
      {children}
    </div>
  )
}

function NewMenu({ onName, onImport }: { onName(naming: Naming): void; onImport(): void }) {
  const { t } = useTranslation('playlists')
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('newOrImport')}>
          <ActionIcon aria-label={t('newOrImport')}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlaylistAdd size={16} />} onClick={() => onName({ what: 'list', parentId: null })}>
          {t('new')}
        </Menu.Item>
        <Menu.Item leftSection={<IconBolt size={16} />} onClick={() => onName({ what: 'smart', parentId: null })}>
          {t('newSmart')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFolderPlus size={16} />}
          onClick={() => onName({ what: 'folder', parentId: null })}
        >
          {t('newFolder')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconFileImport size={16} />} onClick={onImport}>
          {t('import.open')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function NameField({ naming, onDone }: { naming: Naming; onDone(text: string): void }) {
  const { t } = useTranslation('playlists')
  const [name, setName] = useState(naming.what === 'rename' ? naming.folder.name : '')
  const label = t(`naming.${naming.what}`)
  return (
    <form
      className={classes.naming}
      onSubmit={(event) => {
        event.preventDefault()
        onDone(name.trim())
      }}
    >
      <TextInput
        size="xs"
        ref={(field) => field?.focus()}
        aria-label={label}
        placeholder={label}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone('')}
        onBlur={() => name.trim() === '' && onDone('')}
      />
    </form>
  )
}
