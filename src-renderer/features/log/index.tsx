// The log screen: what aired, with rights and audience; what reports lack; the reports themselves.
import type { Aired } from '@contract/rights'
import { Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import { IconFileExport, IconPencilPlus, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, stationNow, useRemote } from '../../client'
import { useTopic } from '../../stores'
import { formatCount } from '../../ui'
import { AiredTable } from './aired-table'
import { EntryDrawer } from './entry-drawer'
import { ExportDialog } from './export-dialog'
import { GapList } from './gap-list'
import classes from './log.module.css'
import { NewEntryDialog } from './new-entry-dialog'
import { type PeriodName, periodNames, periodOf } from './periods'
import { useAired } from './use-aired'

export function LogScreen() {
  const { t } = useTranslation('log')
  const { timezone } = useTopic('station')
  const newest = useTopic('log')[0]
  const [name, setName] = useState<PeriodName>('today')
  const [view, setView] = useState<'aired' | 'gaps'>('aired')
  const [kind, setKind] = useState<string | null>(null)
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<Aired | null>(null)
  const [dialog, setDialog] = useState<'export' | 'add' | null>(null)
  const period = periodOf(name, stationNow(), timezone)
  const revision = (newest?.id ?? 0) * 2 + (newest?.endedAt ? 1 : 0)
  const aired = useAired({ ...period, q: q.trim(), kind, gaps: false }, revision)
  const summary = useRemote((signal) => client.rights.summary(period, { signal }), [period.from, period.to, revision])
  const gaps = useRemote((signal) => client.rights.gaps.list(period, { signal }), [period.from, period.to, revision])
  const changed = () => {
    aired.reload()
    summary.reload()
    gaps.reload()
  }
  const lacking = gaps.data?.items.length ?? 0

  return (
    <div className={classes.screen}>
      <div className={classes.main}>
        <header className={classes.head}>
          <h1 className={classes.heading}>{t('title')}</h1>
          <Select
            size="sm"
            w={140}
            aria-label={t('period.label')}
            value={name}
            allowDeselect={false}
            onChange={(value) => value && setName(value as PeriodName)}
            data={periodNames.map((value) => ({ value, label: t(`period.${value}`) }))}
          />
          <SegmentedControl
            size="xs"
            aria-label={t('view.label')}
            value={view}
            onChange={(value) => setView(value as 'aired' | 'gaps')}
            data={[
              { value: 'aired', label: t('view.aired') },
              { value: 'gaps', label: t('view.gaps', { count: lacking, formatted: formatCount(lacking) }) },
            ]}
          />
          {view === 'aired' ? (
            <>
              <TextInput
                className={classes.search}
                size="sm"
                type="search"
                aria-label={t('search')}
                placeholder={t('search')}
                leftSection={<IconSearch size={16} />}
                value={q}
                onChange={(event) => setQ(event.currentTarget.value)}
              />
              <Select
                size="sm"
                w={130}
                clearable
                aria-label={t('kind')}
                placeholder={t('allKinds')}
                value={kind}
                onChange={setKind}
                data={(
                  ['music', 'jingle', 'sweeper', 'spot', 'speech', 'talk', 'bed', 'live', 'fallback'] as const
                ).map((value) => ({ value, label: t(`common:kind.${value}`) }))}
              />
            </>
          ) : (
            <span className={classes.search} />
          )}
          <Button variant="default" leftSection={<IconPencilPlus size={16} />} onClick={() => setDialog('add')}>
            {t('add.open')}
          </Button>
          <Button leftSection={<IconFileExport size={16} />} onClick={() => setDialog('export')}>
            {t('export.open')}
          </Button>
        </header>
        <Figures summary={summary.data} />
        {view === 'aired' ? (
          <AiredTable
            oneDay={name === 'today' || name === 'yesterday'}
            aired={aired}
            timezone={timezone}
            onOpen={setOpen}
            filtered={q !== '' || kind !== null}
          />
        ) : (
          <GapList gaps={gaps} period={period} onFilled={changed} />
        )}
      </div>
      {open ? (
        <EntryDrawer
          key={open.id}
          entry={open}
          onClose={() => setOpen(null)}
          onCorrected={(entry) => {
            aired.replace(entry)
            setOpen(entry)
            summary.reload()
            gaps.reload()
          }}
        />
      ) : null}
      {dialog === 'export' ? <ExportDialog period={period} onClose={() => setDialog(null)} /> : null}
      {dialog === 'add' ? (
        <NewEntryDialog
          onClose={() => setDialog(null)}
          onAdded={() => {
            setDialog(null)
            changed()
          }}
        />
      ) : null}
    </div>
  )
}

type Summary = Awaited<ReturnType<typeof client.rights.summary>>

function Figures({ summary }: { summary: Summary | undefined }) {
  const { t } = useTranslation('log')
  const figures = ['plays', 'recordings', 'performances'] as const
  return (
    <div className={classes.figureLine}>
      <dl className={classes.figures}>
        {figures.map((name) => (
          <div key={name}>
            <dt>{t(`figure.${name}`)}</dt>
            <dd>{summary ? formatCount(summary[name]) : '–'}</dd>
          </div>
        ))}
        <div>
          <dt>{t('figure.listenerHours')}</dt>
          <dd>{summary ? summary.listenerHours.toFixed(1) : '–'}</dd>
        </div>
      </dl>
      {summary && summary.uncounted > 0 ? (
        <span className="dim">
          {t('figure.uncounted', { count: summary.uncounted, formatted: formatCount(summary.uncounted) })}
        </span>
      ) : null}
    </div>
  )
}
