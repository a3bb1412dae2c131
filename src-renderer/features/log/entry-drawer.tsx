// One entry of the log: its facts, who heard it where, its fields to correct, and the trail of corrections.
import type { Aired } from '@contract/rights'
import { Button, Checkbox, Drawer, Group, Popover, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatClock, formatCount, formatDateTime, formatDuration, showDone } from '../../ui'
import { WhyDetails } from '../rotation/why-details'
import classes from './log.module.css'

export interface EntryDrawerProps {
  entry: Aired
  onClose(): void
  onCorrected(entry: Aired): void
}

const textFields = ['title', 'artist', 'album', 'label', 'isrc', 'composer', 'genre'] as const
const kinds = ['music', 'jingle', 'sweeper', 'spot', 'speech', 'talk', 'bed', 'live'] as const

export function EntryDrawer({ entry, onClose, onCorrected }: EntryDrawerProps) {
  const { t } = useTranslation('log')
  const [draft, setDraft] = useState(() => draftOf(entry))
  const [note, setNote] = useState('')
  const trail = useRemote(
    (signal) => client.rights.entries.trail({ id: entry.id }, { signal }),
    [entry.id, entry.corrections],
  )
  const changes = changesOf(entry, draft)
  const [save, asked] = useAction(async () => {
    const corrected = await client.rights.entries.correct({ id: entry.id, ...changes, note })
    showDone(t('entry.saved'))
    setNote('')
    setDraft(draftOf(corrected))
    onCorrected(corrected)
  })
  const running = entry.endedAt === null
  return (
    <Drawer opened onClose={onClose} position="right" size={460} title={t('entry.title')}>
      <Stack gap="md">
        <Facts entry={entry} />
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <Stack gap="sm">
            <SimpleGrid cols={2} spacing="sm">
              {textFields.map((field) => (
                <TextInput
                  key={field}
                  label={t(`column.${field}`)}
                  value={draft[field]}
                  maxLength={500}
                  disabled={running}
                  onChange={(event) => setDraft({ ...draft, [field]: event.currentTarget.value })}
                />
              ))}
              <Select
                label={t('kind')}
                value={draft.kind}
                disabled={running}
                allowDeselect={false}
                onChange={(kind) => kind && setDraft({ ...draft, kind })}
                data={[...new Set([...kinds, entry.kind])].map((value) => ({
                  value,
                  label: t(`common:kind.${value}`),
                }))}
              />
            </SimpleGrid>
            <Checkbox
              label={t('entry.excluded')}
              checked={draft.excluded}
              disabled={running}
              onChange={(event) => setDraft({ ...draft, excluded: event.currentTarget.checked })}
            />
            <TextInput
              label={t('entry.note')}
              value={note}
              maxLength={500}
              disabled={running}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button type="submit" variant="filled" loading={asked} disabled={Object.keys(changes).length === 0}>
                {t('entry.save')}
              </Button>
            </Group>
            {running ? <p className={`dim ${classes.plain}`}>{t('entry.running')}</p> : null}
          </Stack>
        </form>
        {trail.data && trail.data.length > 0 ? (
          <section>
            <h3 className={classes.section}>{t('entry.trail')}</h3>
            <ol className={classes.trail}>
              {trail.data.map((one) => (
                <TrailLine key={one.id} {...one} />
              ))}
            </ol>
          </section>
        ) : null}
      </Stack>
    </Drawer>
  )
}

type Draft = Pick<Aired, (typeof textFields)[number] | 'kind' | 'excluded'>

function draftOf(entry: Aired): Draft {
  const { title, artist, album, label, isrc, composer, genre, kind, excluded } = entry
  return { title, artist, album, label, isrc, composer, genre, kind, excluded }
}

const changesOf = (entry: Aired, draft: Draft): Partial<Draft> =>
  Object.fromEntries(Object.entries(draft).filter(([field, value]) => value !== entry[field as keyof Draft]))

function Facts({ entry }: { entry: Aired }) {
  const { t } = useTranslation('log')
  const { timezone } = useTopic('station')
  return (
    <div className={classes.facts}>
      <p>
        <span className="mono">
          {formatDateTime(entry.startedAt, timezone, true)}
          {entry.endedAt === null ? '' : ` – ${formatClock(entry.endedAt, timezone)}`}
        </span>
        {entry.playedSeconds === null ? null : (
          <span className="mono dim"> · {formatDuration(entry.playedSeconds)}</span>
        )}
        <span className="dim"> · {entry.reason}</span>
      </p>
      {entry.trackId === null ? null : (
        <p className={classes.links}>
          <Popover width={400} position="bottom-end" withArrow>
            <Popover.Target>
              <button type="button" className="link-button">
                {t('entry.why')}
              </button>
            </Popover.Target>
            <Popover.Dropdown>
              <WhyDetails of="log" id={entry.id} otherwise={t('entry.noTrace')} />
            </Popover.Dropdown>
          </Popover>
          <a href={`#/track/${entry.trackId}`}>{t('entry.page')}</a>
        </p>
      )}
      {entry.join ? <p className={`dim ${classes.plain}`}>{entry.join}</p> : null}
      {entry.outputs.length > 0 ? (
        <table className={classes.outputs}>
          <thead>
            <tr>
              <th>{t('entry.output')}</th>
              <th>{t('entry.atStart')}</th>
              <th>{t('entry.heard')}</th>
              <th>{t('entry.hours')}</th>
            </tr>
          </thead>
          <tbody>
            {entry.outputs.map(({ output, listenersAtStart, listeners, listenerSeconds }) => (
              <tr key={output}>
                <td>{output.toUpperCase()}</td>
                <td>{formatCount(listenersAtStart)}</td>
                <td>{formatCount(listeners)}</td>
                <td>{(listenerSeconds / 3600).toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className={`dim ${classes.plain}`}>{t(entry.listeners === null ? 'entry.uncounted' : 'entry.nobody')}</p>
      )}
    </div>
  )
}

function TrailLine({
  at,
  by,
  field,
  before,
  after,
  note,
}: {
  at: number
  by: string
  field: string
  before: string
  after: string
  note: string
}) {
  const { t } = useTranslation('log')
  const { timezone } = useTopic('station')
  return (
    <li>
      <span className="mono dim">{formatDateTime(at, timezone)}</span> <b>{by}</b>{' '}
      {field === 'entry'
        ? t('entry.written')
        : t('entry.change', { field: t(`column.${field}`), before: before || '–', after: after || '–' })}
      {note ? <span className="dim"> · {note}</span> : null}
    </li>
  )
}
