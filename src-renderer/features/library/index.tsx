// The library screen: search, table, edit drawer, import panel and the small player.
import type { Track } from '@contract/library'
import { Button, Group, Loader } from '@mantine/core'
import { useElementSize, useLocalStorage } from '@mantine/hooks'
import { IconDatabaseImport, IconFolderPlus, IconMusic, IconSearchOff } from '@tabler/icons-react'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, errorCode, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { EmptyState, ErrorState, formatCount, formatDuration, LoadingState } from '../../ui'
import { ColumnMenu } from './column-menu'
import { type ColumnChoice, columnsByWidth, readColumns } from './columns'
import { TrackDrawer } from './edit/track-drawer'
import { useDemo } from './import/demo'
import { DropArea } from './import/drop-area'
import { ImportPanel } from './import/import-panel'
import classes from './library.module.css'
import { fetchTracks, firstQuery, isFiltered, queryOf, type TrackQuery } from './library-query'
import { LibraryToolbar } from './library-toolbar'
import { ListenBar } from './listen-bar'
import { MetadataMenu } from './metadata/metadata-menu'
import { TrackTable } from './track-table'
import { usePageWindow } from './use-page-window'
import { ViewsMenu } from './views-menu'

export function LibraryScreen() {
  const { t } = useTranslation('library')
  const library = useTopic('library')
  const [query, setQuery] = useState<TrackQuery>(firstQuery)
  const { state, pages } = usePageWindow(fetchTracks, query, library.revision)
  const [importing, setImporting] = useLocalStorage({ key: 'wavedesk.library.import', defaultValue: false })
  const [edited, setEdited] = useState<Track | null>(null)
  const onQuery = useCallback((change: Partial<TrackQuery>) => setQuery((before) => ({ ...before, ...change })), [])
  const { ref, width } = useElementSize()
  const [kept, setKept] = useLocalStorage<ColumnChoice[] | null>({
    key: 'wavedesk.library.columns',
    defaultValue: null,
    deserialize: readColumns,
  })
  const columns = useMemo(() => kept ?? columnsByWidth(width), [kept, width])
  const fields = useFieldNames()
  const filtered = isFiltered(query)
  const refused = state.status === 'error' && errorCode(state.error) === 'validation'
  const running = library.jobs.some((job) => job.state === 'running' || job.state === 'waiting')

  return (
    <DropArea className={classes.screen} onDropped={() => setImporting(true)}>
      <div ref={ref} className={classes.main}>
        <header className={classes.head}>
          <h1 className={classes.heading}>{t('title')}</h1>
          <span className={classes.count} aria-live="polite">
            {filtered && state.status === 'ready'
              ? t('matches', { shown: formatCount(state.total), total: formatCount(library.trackCount) })
              : t('summary', {
                  tracks: t('tracks', { count: library.trackCount, formatted: formatCount(library.trackCount) }),
                  duration: formatDuration(library.durationSeconds),
                })}
          </span>
          <LibraryToolbar query={query} onQuery={onQuery} problem={refused ? describeError(state.error) : null}>
            <ViewsMenu
              content={{ ...query, columns: kept ?? [] }}
              onOpen={(view) => {
                setQuery(queryOf(view))
                setKept(readColumns(JSON.stringify(view.columns)))
              }}
            />
            <ColumnMenu columns={columns} onColumns={setKept} fields={fields} />
          </LibraryToolbar>
          <Button
            leftSection={running ? <Loader size={14} color="var(--accent)" /> : <IconDatabaseImport size={16} />}
            variant={importing ? 'light' : 'default'}
            aria-pressed={importing}
            onClick={() => setImporting(!importing)}
          >
            {t('action.import')}
          </Button>
          <MetadataMenu
            search={{ q: query.q, kind: query.kind ?? '', state: query.state ?? '' }}
            count={state.status === 'loading' ? 0 : state.total}
          />
        </header>
        {state.status === 'error' && state.blocks.size === 0 && !refused ? (
          <div className={classes.table}>
            <ErrorState message={describeError(state.error)} effect={t('error.text')} onRetry={() => pages.refresh()} />
          </div>
        ) : state.status === 'loading' ? (
          <div className={classes.table}>
            <LoadingState />
          </div>
        ) : (
          <TrackTable
            pages={pages}
            state={state}
            query={query}
            onQuery={onQuery}
            columns={columns}
            onColumns={setKept}
            fields={fields}
            onEdit={setEdited}
            empty={
              filtered ? (
                <NoMatch onClear={() => setQuery({ ...firstQuery, sort: query.sort, order: query.order })} />
              ) : (
                <NothingYet onFolder={() => setImporting(true)} />
              )
            }
          />
        )}
        <ListenBar />
      </div>
      {importing ? <ImportPanel onClose={() => setImporting(false)} /> : null}
      {edited ? (
        <TrackDrawer
          key={edited.id}
          track={edited}
          onClose={() => setEdited(null)}
          onSaved={(track) => {
            pages.replace(track)
            setEdited(null)
          }}
        />
      ) : null}
    </DropArea>
  )
}

/** Names of the station's own fields by their keys. */
function useFieldNames(): ReadonlyMap<string, string> {
  const { data } = useRemote((signal) => client.metadata.fields.list(undefined, { signal }), [])
  return useMemo(() => new Map(data?.map(({ key, name }) => [key, name])), [data])
}

function NoMatch({ onClear }: { onClear(): void }) {
  const { t } = useTranslation('library')
  return (
    <EmptyState
      icon={IconSearchOff}
      title={t('noMatch.title')}
      hint={t('noMatch.text')}
      action={<Button onClick={onClear}>{t('noMatch.clear')}</Button>}
    />
  )
}

function NothingYet({ onFolder }: { onFolder(): void }) {
  const { t } = useTranslation('library')
  const [addDemo, asked] = useDemo()
  return (
    <EmptyState
      icon={IconMusic}
      title={t('empty.title')}
      hint={t('empty.text')}
      action={
        <Group gap="sm" justify="center">
          <Button variant="filled" leftSection={<IconFolderPlus size={16} />} onClick={onFolder}>
            {t('empty.folder')}
          </Button>
          <Button loading={asked} onClick={() => void addDemo()}>
            {t('empty.demo')}
          </Button>
        </Group>
      }
    />
  )
}
