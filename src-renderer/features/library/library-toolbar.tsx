// Search, filters, views and columns of the library. Typing is shown at once and asked for a moment later.
import { trackKinds, trackStates } from '@contract/library'
import { CloseButton, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KeyHint } from '../../ui'
import classes from './library.module.css'
import type { TrackQuery } from './library-query'
import { SearchHelp } from './search-help'

const typingPauseMs = 120
/** Lies over the table, which would jump at each half-typed figure. */
const refusal: CSSProperties = {
  ...{ position: 'absolute', zIndex: 5, top: '100%', left: 0, minWidth: '100%', width: 'max-content', maxWidth: 560 },
  ...{ marginTop: 4, padding: '6px 10px', borderRadius: 6, background: 'var(--s2)', boxShadow: 'var(--shadow)' },
}

export interface LibraryToolbarProps {
  query: TrackQuery
  onQuery(change: Partial<TrackQuery>): void
  /** Why the search was refused, in words. */
  problem: string | null
  children: ReactNode
}

export function LibraryToolbar({ query, onQuery, problem, children }: LibraryToolbarProps) {
  const { t } = useTranslation('library')
  return (
    <search className={classes.toolbar}>
      <SearchField query={query} onQuery={onQuery} problem={problem} />
      <SearchHelp />
      <Select
        size="sm"
        w={140}
        allowDeselect={false}
        aria-label={t('kindFilter')}
        value={query.kind ?? 'all'}
        onChange={(kind) => onQuery({ kind: kind === 'all' ? null : (kind as TrackQuery['kind']) })}
        data={['all', ...trackKinds].map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
      />
      <Select
        size="sm"
        w={150}
        allowDeselect={false}
        aria-label={t('stateFilter')}
        value={query.state ?? 'all'}
        onChange={(state) => onQuery({ state: state === 'all' ? null : (state as TrackQuery['state']) })}
        data={['all', ...trackStates].map((state) => ({ value: state, label: t(`state.${state}`) }))}
      />
      {children}
    </search>
  )
}

function SearchField({ query, onQuery, problem }: Omit<LibraryToolbarProps, 'children'>) {
  const { t } = useTranslation('library')
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(query.q)
  // What was asked last from here: when it comes back, more may have been typed already.
  const asked = useRef(query.q)
  const ask = useDebouncedCallback((q: string) => {
    asked.current = q
    onQuery({ q })
  }, typingPauseMs)
  // The search is also set from outside: cleared, or by a view.
  useEffect(() => {
    if (query.q === asked.current) return
    asked.current = query.q
    setText(query.q)
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
      placeholder={t('searchHint')}
      value={text}
      maxLength={500}
      error={problem}
      styles={{ root: { position: 'relative' }, error: refusal }}
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
