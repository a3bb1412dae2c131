// The log: filtered by service, level and text, followed as it grows.
import { type LogLine, logLevels } from '@contract/monitoring'
import { Button, CopyButton, Select, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFileText, IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, useRemote } from '../../client'
import { EmptyState, ErrorState, formatCount, LoadingState } from '../../ui'
import { fieldsText, joinLines, lineText, mostLines } from './log-lines'
import { LogList } from './log-list'
import classes from './monitoring.module.css'

type Level = LogLine['level']
const followMs = 2000
const typingPauseMs = 200

interface Filters {
  service: string | null
  level: Level
  q: string
}

const noFilters: Filters = { service: null, level: 'info', q: '' }

export function Logs() {
  const { t } = useTranslation('monitoring')
  const [filters, setFilters] = useState(noFilters)
  const [q] = useDebouncedValue(filters.q.trim(), typingPauseMs)
  const [follow, setFollow] = useState(true)
  const [chosen, setChosen] = useState<LogLine | null>(null)
  const { lines, error, reload } = useLog({ ...filters, q }, follow)
  const services = useServices(lines)
  return (
    <div className={classes.logs}>
      <div className={classes.logTools}>
        <Select
          size="xs"
          w={160}
          aria-label={t('logs.service')}
          value={filters.service ?? ''}
          onChange={(service) => setFilters({ ...filters, service: service || null })}
          data={[
            { value: '', label: t('logs.allServices') },
            ...services.map((service) => ({ value: service, label: service })),
          ]}
        />
        <Select
          size="xs"
          w={180}
          aria-label={t('logs.level')}
          value={filters.level}
          onChange={(level) => setFilters({ ...filters, level: level as Level })}
          data={logLevels.map((level) => ({ value: level, label: t(`logs.levels.${level}`) }))}
        />
        <TextInput
          size="xs"
          type="search"
          className={classes.logSearch}
          aria-label={t('logs.search')}
          placeholder={t('logs.search')}
          leftSection={<IconSearch size={14} />}
          value={filters.q}
          onChange={(event) => setFilters({ ...filters, q: event.currentTarget.value })}
        />
        <span className={classes.small}>
          {lines ? t('logs.lines', { count: lines.length, formatted: formatCount(lines.length) }) : ''}
          {lines?.length === mostLines ? ` · ${t('logs.olderCut')}` : ''}
        </span>
        <Switch
          label={t('logs.follow')}
          title={t('logs.followHint')}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
      </div>
      {error && !lines ? (
        <ErrorState message={describeError(error)} onRetry={reload} />
      ) : !lines ? (
        <LoadingState />
      ) : lines.length === 0 ? (
        <EmptyState
          icon={IconFileText}
          title={t('logs.none.title')}
          hint={t('logs.none.text')}
          action={<Button onClick={() => setFilters({ ...noFilters, level: 'debug' })}>{t('logs.none.clear')}</Button>}
        />
      ) : (
        <LogList lines={lines} follow={follow} onFollow={setFollow} chosen={chosen} onChoose={setChosen} />
      )}
      {chosen ? <Details line={chosen} /> : null}
    </div>
  )
}

/** The newest lines that fit the filters, and while followed those that come. */
function useLog({ service, level, q }: Filters, follow: boolean) {
  const ask = { service: service ?? undefined, level, q: q || undefined }
  const first = useRemote((signal) => client.monitoring.logs({ ...ask, limit: 500 }, { signal }), [service, level, q])
  const [lines, setLines] = useState<readonly LogLine[] | null>(null)
  const newest = useRef({ ask, lines })
  newest.current = { ask, lines }

  useEffect(() => {
    if (first.data) setLines(first.data.toReversed())
  }, [first.data])

  useEffect(() => {
    if (!follow) return
    const timer = setInterval(() => {
      const { ask: asked, lines: shown } = newest.current
      if (shown === null) return
      const since = shown.at(-1)?.at
      client.monitoring.logs({ ...asked, since, limit: 500 }).then(
        (fetched) => {
          // Filters that changed meanwhile have their own answer on the way.
          if (newest.current.ask.q === asked.q && newest.current.ask.level === asked.level) {
            setLines((before) => joinLines(before ?? [], fetched))
          }
        },
        () => {
          // The frame says when the connection is lost; the next round asks again.
        },
      )
    }, followMs)
    return () => clearInterval(timer)
  }, [follow])

  return { lines, error: first.error, reload: first.reload }
}

/** Every service seen so far, so that the choice does not shrink to the one chosen. */
function useServices(lines: readonly LogLine[] | null): string[] {
  const seen = useRef(new Set<string>())
  for (const line of lines ?? []) seen.current.add(line.service)
  return [...seen.current].toSorted()
}

function Details({ line }: { line: LogLine }) {
  const { t } = useTranslation('monitoring')
  return (
    <section className={classes.logDetails} aria-label={t('logs.details')}>
      <pre>
        {line.message}
        {'\n'}
        {fieldsText(line.fields) === '' ? '' : JSON.stringify(line.fields, null, 2)}
      </pre>
      <CopyButton value={lineText(line)}>
        {({ copy }) => (
          <Button size="xs" onClick={copy}>
            {t('logs.copyLine')}
          </Button>
        )}
      </CopyButton>
    </section>
  )
}
