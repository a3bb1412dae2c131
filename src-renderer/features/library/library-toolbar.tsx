// Search and filters of the library. Typing is shown at once and asked for a moment later.
import { trackKinds, trackStates } from '@contract/library'
import { CloseButton, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyHint } from '../../ui'
import classes from './library.module.css'
import type { TrackQuery } from './library-query'

const typingPauseMs = 120

export interface LibraryToolbarProps {
  query: TrackQuery
  onQuery(change: Partial<TrackQuery>): void
}

export function LibraryToolbar({ query, onQuery }: LibraryToolbarProps) {
  const { t } = useTranslation('library')
  return (
    <search className={classes.toolbar}>
      <SearchField query={query} onQuery={onQuery} />
      <SegmentedControl
        size="xs"
        aria-label={t('kindFilter')}
        value={query.kind ?? 'all'}
        onChange={(kind) => onQuery({ kind: kind === 'all' ? null : (kind as TrackQuery['kind']) })}
        data={['all', ...trackKinds].map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
      />
      <Select
        size="xs"
        w={150}
        aria-label={t('stateFilter')}
        value={query.state ?? 'all'}
        onChange={(state) => onQuery({ state: state === 'all' ? null : (state as TrackQuery['state']) })}
        data={['all', ...trackStates].map((state) => ({ value: state, label: t(`state.${state}`) }))}
      />
    </search>
  )
}

function SearchField({ query, onQuery }: LibraryToolbarProps) {
  const { t } = useTranslation('library')
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(query.q)
  const ask = useDebouncedCallback((q: string) => onQuery({ q }), typingPauseMs)
  // The search is also cleared from outside.
  useEffect(() => {
    if (query.q === '') setText('')
  }, [query.q])
  useHotkeys([['/', () => field.current?.focus()]])
  const change = (q: string) => {
    setText(q)
    ask(q.trim())
  }
  return (
    <TextInput
      ref={field}
      className={classes.search}
      size="sm"
      type="search"
      aria-label={t('search')}
      placeholder={t('search')}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && change('')}
      leftSection={<IconSearch size={16} />}
      rightSection={
        text === '' ? (
          <KeyHint>/</KeyHint>
        ) : (
          <CloseButton size="sm" onClick={() => change('')} aria-label={t('clearSearch')} />
        )
      }
    />
  )
}
