// The playlists on the left: name, part in the program, size; a new one is made in place.
import type { Playlist } from '@contract/playlists'
import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount, formatDuration, SectionTitle, Tag } from '../../ui'
import classes from './playlists.module.css'

export interface PlaylistListProps {
  playlists: Playlist[]
  selectedId: number | null
  onSelect(id: number): void
  onCreate(name: string): Promise<void>
  asked: boolean
}

export function PlaylistList({ playlists, selectedId, onSelect, onCreate, asked }: PlaylistListProps) {
  const { t } = useTranslation('playlists')
  const [naming, setNaming] = useState(false)
  return (
    <nav className={classes.list} aria-label={t('list')}>
      <header className={classes.listHead}>
        <SectionTitle>{t('list')}</SectionTitle>
        <Tooltip label={t('new')}>
          <ActionIcon onClick={() => setNaming(true)} aria-label={t('new')}>
            <IconPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </header>
      {naming ? (
        <NewPlaylist
          asked={asked}
          onCancel={() => setNaming(false)}
          onCreate={async (name) => {
            await onCreate(name)
            setNaming(false)
          }}
        />
      ) : null}
      <div className={classes.listScroll}>
        {playlists.map((playlist) => (
          <button
            type="button"
            key={playlist.id}
            className={classes.listRow}
            aria-current={playlist.id === selectedId ? 'page' : undefined}
            onClick={() => onSelect(playlist.id)}
          >
            <span className={classes.listName}>
              <span className="ellipsis">{playlist.name}</span>
              {playlist.role === 'none' ? null : (
                <Tag tone={playlist.role === 'rotation' ? 'accent' : 'warning'}>{t(`role.${playlist.role}`)}</Tag>
              )}
            </span>
            <span className={classes.listFacts}>
              {t('tracks', { count: playlist.trackCount, formatted: formatCount(playlist.trackCount) })}
              <span className="mono">{formatDuration(playlist.durationSeconds)}</span>
            </span>
          </button>
        ))}
      </div>
    </nav>
  )
}

interface NewPlaylistProps {
  asked: boolean
  onCreate(name: string): Promise<void>
  onCancel(): void
}

function NewPlaylist({ asked, onCreate, onCancel }: NewPlaylistProps) {
  const { t } = useTranslation('playlists')
  const [name, setName] = useState('')
  return (
    <form
      className={classes.naming}
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') void onCreate(name.trim())
      }}
    >
      <TextInput
        size="xs"
        ref={(field) => field?.focus()}
        aria-label={t('name')}
        placeholder={t('name')}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && onCancel()}
      />
      <Button size="xs" type="submit" variant="filled" disabled={name.trim() === ''} loading={asked}>
        OK
      </Button>
    </form>
  )
}
