// The track of a cart: searched for in the library, jingles first while nothing is typed.
import type { Track } from '@contract/library'
import { Button, Input, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../client'
import { formatDuration, Tag } from '../../ui'
import classes from './carts.module.css'

export type ChosenTrack = Pick<Track, 'id' | 'title' | 'artist' | 'kind'>

export interface TrackPickerProps {
  track: ChosenTrack | null
  error: string | undefined
  onChange(track: ChosenTrack | null): void
}

const typingPauseMs = 120
const shownTracks = 40

export function TrackPicker({ track, error, onChange }: TrackPickerProps) {
  const { t } = useTranslation('carts')
  if (!track) return <Search error={error} onChange={onChange} />
  return (
    <Input.Wrapper label={t('dialog.track')}>
      <div className={classes.chosen}>
        <span className={classes.names} style={{ flex: 1 }}>
          <b className="ellipsis">{track.title}</b>
          <span className="dim ellipsis">{track.artist}</span>
        </span>
        <Tag>{t(`common:kind.${track.kind}`)}</Tag>
        <Button size="compact-sm" onClick={() => onChange(null)}>
          {t('dialog.other')}
        </Button>
      </div>
    </Input.Wrapper>
  )
}

function Search({ error, onChange }: Pick<TrackPickerProps, 'error' | 'onChange'>) {
  const { t } = useTranslation('carts')
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), typingPauseMs)
  const found = useRemote(
    async (signal) => {
      if (q !== '') {
        const named = await client.library.tracks.list({ q, sort: 'relevance', limit: shownTracks }, { signal })
        return named.items
      }
      const [jingles, others] = await Promise.all([
        client.library.tracks.list({ kind: 'jingle', sort: 'title', limit: shownTracks }, { signal }),
        client.library.tracks.list({ sort: 'added', order: 'desc', limit: shownTracks }, { signal }),
      ])
      return [...jingles.items, ...others.items.filter(({ kind }) => kind !== 'jingle')].slice(0, shownTracks)
    },
    [q],
  )
  const tracks = found.data ?? []
  return (
    <div>
      <TextInput
        type="search"
        label={t('dialog.track')}
        placeholder={t('dialog.search')}
        leftSection={<IconSearch size={14} />}
        value={text}
        error={error}
        mb={6}
        data-autofocus
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          const first = tracks[0]
          if (first && q === text.trim()) onChange(first)
        }}
      />
      <div className={classes.found}>
        {found.data && tracks.length === 0 ? (
          <p className="dim" style={{ padding: '0 10px' }}>
            {t('dialog.none')}
          </p>
        ) : null}
        {tracks.map((track) => (
          <UnstyledButton key={track.id} className={classes.track} onClick={() => onChange(track)}>
            <span className={classes.names}>
              <b className="ellipsis">{track.title}</b>
              <span className="dim ellipsis">{track.artist}</span>
            </span>
            <Tag>{t(`common:kind.${track.kind}`)}</Tag>
            <span className="mono dim">{formatDuration(track.durationSeconds)}</span>
          </UnstyledButton>
        ))}
      </div>
    </div>
  )
}
