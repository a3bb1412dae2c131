// Search of the library beside a playlist: what is found is added with one click or Enter.
import type { Track } from '@contract/library'
import { ActionIcon, Button, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCheck, IconHeadphones, IconPlayerPauseFilled, IconPlus, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../client'
import { formatCount, formatDuration, SectionTitle } from '../../ui'
import { toggleListen, useListen } from '../library/listen-store'
import type { ItemActions } from './playlist-store'
import classes from './playlists.module.css'

const typingPauseMs = 120
const shownTracks = 60
/** More than this is seldom meant. */
const mostAtOnce = 500

export function AddTracks({ contained, actions }: { contained: ReadonlySet<number>; actions: ItemActions }) {
  const { t } = useTranslation('playlists')
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), typingPauseMs)
  const found = useRemote(
    (signal) =>
      client.library.tracks.list(
        { q: q || undefined, sort: q ? 'relevance' : 'added', order: q ? 'asc' : 'desc', limit: mostAtOnce },
        { signal },
      ),
    [q],
  )
  const tracks = found.data?.items ?? []
  const fresh = tracks.filter((track) => !contained.has(track.id))
  return (
    <aside className={classes.add} aria-label={t('add.title')}>
      <header className={classes.addHead}>
        <SectionTitle>{t('add.title')}</SectionTitle>
        <TextInput
          size="xs"
          type="search"
          aria-label={t('add.search')}
          placeholder={t('add.search')}
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = fresh[0]
            if (event.key === 'Enter' && first && q === text.trim()) void actions.add([first.id])
          }}
        />
        <span className={classes.addHint}>
          {q !== '' && fresh.length > 1 ? (
            <Button size="compact-xs" onClick={() => void actions.add(fresh.map((track) => track.id))}>
              {t('add.allOf', { formatted: formatCount(fresh.length) })}
            </Button>
          ) : (
            t('add.hint')
          )}
        </span>
      </header>
      <div className={classes.addList}>
        {found.error ? <p className={classes.addNone}>{t('add.error')}</p> : null}
        {found.data && tracks.length === 0 ? <p className={classes.addNone}>{t('add.none')}</p> : null}
        {tracks.slice(0, shownTracks).map((track) => (
          <FoundTrack
            key={track.id}
            track={track}
            contained={contained.has(track.id)}
            onAdd={() => void actions.add([track.id])}
          />
        ))}
      </div>
    </aside>
  )
}

function FoundTrack({ track, contained, onAdd }: { track: Track; contained: boolean; onAdd(): void }) {
  const { t } = useTranslation('playlists')
  const playing = useListen((state) => state.playing && state.track?.id === track.id)
  const { title } = track
  return (
    <div className={classes.found}>
      <ActionIcon size={24} aria-label={t(playing ? 'pause' : 'listen', { title })} onClick={() => toggleListen(track)}>
        {playing ? <IconPlayerPauseFilled size={14} color="var(--accent-text)" /> : <IconHeadphones size={14} />}
      </ActionIcon>
      <UnstyledButton className={classes.foundAdd} onClick={onAdd} title={t('add.add', { title })}>
        <span className={classes.foundNames}>
          <span className="ellipsis">{title}</span>
          <span className="dim ellipsis">{track.artist}</span>
        </span>
        <span className="mono dim">{formatDuration(track.durationSeconds)}</span>
        {contained ? (
          <IconCheck size={14} color="var(--accent-text)" aria-label={t('add.contained')} />
        ) : (
          <IconPlus size={14} aria-hidden="true" />
        )}
      </UnstyledButton>
    </div>
  )
}
