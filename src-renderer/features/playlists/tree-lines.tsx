// The lines of the tree: a folder, a list; each with its menu.
import type { Playlist, PlaylistFolder } from '@contract/playlists'
import { deepestFolder } from '@contract/playlists'
import { useDraggable, useDroppable } from '@dnd-kit/core'
import { ActionIcon, Menu } from '@mantine/core'
import {
  IconBolt,
  IconChevronDown,
  IconChevronRight,
  IconCopy,
  IconDots,
  IconFileImport,
  IconFolder,
  IconFolderPlus,
  IconFolderShare,
  IconPencil,
  IconPlaylistAdd,
  IconTrash,
  IconWorld,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount, formatDuration, Tag } from '../../ui'
import classes from './playlists.module.css'
import { depthOf, mayHold, type Naming, pathOf, type TreeLine } from './tree'

const indent = (depth: number) => ({ paddingLeft: 10 + depth * 14 })

interface FolderLineProps {
  line: Extract<TreeLine, { kind: 'folder' }>
  folders: PlaylistFolder[]
  onName(naming: Naming): void
  onFold(): void
  onMove(parentId: number | null): void
  onRemove(): void
  onImport(): void
}

export function FolderLine({ line, folders, onName, onFold, onMove, onRemove, onImport }: FolderLineProps) {
  const { t } = useTranslation('playlists')
  const { folder, open, depth, count } = line
  const drag = useDraggable({ id: `folder-${folder.id}` })
  const drop = useDroppable({ id: `into-${folder.id}` })
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <div className={classes.treeLine} ref={drop.setNodeRef} data-over={(drop.isOver && !drag.isDragging) || undefined}>
      <button
        type="button"
        ref={drag.setNodeRef}
        {...drag.listeners}
        className={classes.folderRow}
        style={indent(depth)}
        data-dragging={drag.isDragging || undefined}
        aria-expanded={open}
        onClick={onFold}
      >
        <Chevron size={14} aria-hidden="true" />
        <IconFolder size={15} aria-hidden="true" />
        <span className="ellipsis">{folder.name}</span>
        <span className="faint mono">{count === 0 ? '' : formatCount(count)}</span>
      </button>
      <LineMenu label={t('folder.menu', { name: folder.name })}>
        <Menu.Item
          leftSection={<IconPlaylistAdd size={16} />}
          onClick={() => onName({ what: 'list', parentId: folder.id })}
        >
          {t('new')}
        </Menu.Item>
        <Menu.Item leftSection={<IconBolt size={16} />} onClick={() => onName({ what: 'smart', parentId: folder.id })}>
          {t('newSmart')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFolderPlus size={16} />}
          disabled={depthOf(folder.id, folders) >= deepestFolder}
          onClick={() => onName({ what: 'folder', parentId: folder.id })}
        >
          {t('newFolder')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileImport size={16} />} onClick={onImport}>
          {t('import.open')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onName({ what: 'rename', folder })}>
          {t('folder.rename')}
        </Menu.Item>
        <MoveItems
          folders={folders.filter((one) => mayHold(one.id, folder, folders))}
          all={folders}
          top={folder.parentId !== null}
          onMove={onMove}
        />
        <Menu.Item leftSection={<IconTrash size={16} />} onClick={onRemove}>
          {t('folder.delete')}
        </Menu.Item>
      </LineMenu>
    </div>
  )
}

interface ListLineProps {
  line: Extract<TreeLine, { kind: 'list' }>
  folders: PlaylistFolder[]
  selected: boolean
  onSelect(): void
  onMove(folderId: number | null): void
  onCopy(): void
  onRemove(): void
}

export function ListLine({ line, folders, selected, onSelect, onMove, onCopy, onRemove }: ListLineProps) {
  const { t } = useTranslation('playlists')
  const { playlist, depth } = line
  const drag = useDraggable({ id: `list-${playlist.id}` })
  return (
    <div className={classes.treeLine}>
      <button
        type="button"
        ref={drag.setNodeRef}
        {...drag.listeners}
        className={classes.listRow}
        style={indent(depth)}
        data-dragging={drag.isDragging || undefined}
        aria-current={selected ? 'page' : undefined}
        onClick={onSelect}
      >
        <span className={classes.listName}>
          <span className={classes.listTitle}>
            <Marks playlist={playlist} />
            <span className="ellipsis">{playlist.name}</span>
          </span>
          {playlist.role === 'none' ? null : (
            <Tag tone={playlist.role === 'rotation' ? 'accent' : 'warning'}>{t(`role.${playlist.role}`)}</Tag>
          )}
        </span>
        <span className={classes.listFacts}>
          {t('tracks', { count: playlist.trackCount, formatted: formatCount(playlist.trackCount) })}
          <span className="mono">{formatDuration(playlist.durationSeconds)}</span>
        </span>
      </button>
      <LineMenu label={t('more', { name: playlist.name })}>
        <Menu.Item leftSection={<IconCopy size={16} />} onClick={onCopy}>
          {t(playlist.kind === 'smart' ? 'manualCopy' : 'copy')}
        </Menu.Item>
        <MoveItems
          folders={folders.filter(({ id }) => id !== playlist.folderId)}
          all={folders}
          top={playlist.folderId !== null}
          onMove={onMove}
        />
        <Menu.Item leftSection={<IconTrash size={16} />} onClick={onRemove}>
          {t('delete')}
        </Menu.Item>
      </LineMenu>
    </div>
  )
}

function Marks({ playlist }: { playlist: Playlist }) {
  const { t } = useTranslation('playlists')
  return (
    <>
      {playlist.kind === 'smart' ? (
        <IconBolt size={14} color="var(--accent-text)" aria-label={t('kind.smart')} role="img" />
      ) : null}
      {playlist.shared ? <IconWorld size={14} aria-label={t('share.isShared')} role="img" /> : null}
    </>
  )
}

function LineMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <ActionIcon size={24} className={classes.lineMenu} aria-label={label}>
          <IconDots size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  )
}

interface MoveItemsProps {
  folders: PlaylistFolder[]
  all: PlaylistFolder[]
  top: boolean
  onMove(parentId: number | null): void
}

function MoveItems({ folders, all, top, onMove }: MoveItemsProps) {
  const { t } = useTranslation('playlists')
  if (!top && folders.length === 0) return null
  return (
    <Menu.Sub position="right-start">
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<IconFolderShare size={16} />}>{t('moveTo')}</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown mah={320} style={{ overflow: 'auto' }}>
        {top ? <Menu.Item onClick={() => onMove(null)}>{t('folder.top')}</Menu.Item> : null}
        {folders.map((folder) => (
          <Menu.Item key={folder.id} onClick={() => onMove(folder.id)}>
            {pathOf(folder, all)}
          </Menu.Item>
        ))}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
