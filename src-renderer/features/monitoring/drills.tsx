// Fire drills: what can be rehearsed, the one being held, and what the earlier ones cost.
import type { Drill, DrillRun } from '@contract/drills'
import { Button, Select, Table } from '@mantine/core'
import { IconFlame } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, stationNow, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { ConfirmButton, EmptyState, formatClock, formatDateTime, Panel, Tag } from '../../ui'
import { formatAgo } from '../../ui/relative-time'
import classes from './drills.module.css'
import shared from './monitoring.module.css'

const outputs = ['mp3', 'aac', 'opus', 'hls'] as const
type OutputName = (typeof outputs)[number]

export function Drills() {
  const { t } = useTranslation('monitoring')
  const { drills, runs } = useTopic('drills')
  const running = runs.find(({ state }) => state === 'running')
  const past = runs.filter(({ state }) => state !== 'running')
  return (
    <div className={classes.screen}>
      {running ? <RunningDrill run={running} /> : null}
      <DrillTable drills={drills} />
      <Panel title={t('drills.held')} flush>
        {past.length === 0 ? (
          <EmptyState icon={IconFlame} title={t('drills.none.title')} hint={t('drills.none.text')} />
        ) : (
          <PastDrills runs={past} />
        )}
      </Panel>
    </div>
  )
}

function DrillTable({ drills }: { drills: Drill[] }) {
  const { t } = useTranslation('monitoring')
  const states = useTopic('outputs').outputs
  const [output, setOutput] = useState<OutputName | null>(null)
  const may = useMay()('owner')
  const [run] = useAction(async (kind: Drill['kind']) => {
    await client.drills.run({ kind, ...(output ? { output } : {}), understood: true })
  })
  const unavailable = drills[0]?.unavailable ?? null
  return (
    <Panel
      title={t('drills.title')}
      actions={
        <Select
          size="xs"
          w={220}
          aria-label={t('drills.output')}
          placeholder={t('drills.anyOutput')}
          clearable
          value={output}
          onChange={(value) => setOutput(value as OutputName | null)}
          data={states
            .filter(({ id, state }) => id !== 'rtmp' && state === 'running')
            .map(({ id, label }) => ({ value: id, label }))}
        />
      }
      flush
    >
      <p className={shared.panelHint}>{t('drills.hint')}</p>
      {unavailable ? <p className={shared.panelHint}>{unavailable}</p> : null}
      <Table className={shared.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('drills.drill')}</Table.Th>
            <Table.Th>{t('drills.what')}</Table.Th>
            <Table.Th ta="right">{t('drills.promised')}</Table.Th>
            <Table.Th aria-label={t('drills.hold')} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {drills.map(({ kind, promisedSeconds }) => (
            <Table.Tr key={kind} className={classes.row}>
              <Table.Td className={classes.name}>{t(`drills.kind.${kind}.name`)}</Table.Td>
              <Table.Td className={classes.what}>
                {t(`drills.kind.${kind}.does`)} {t(`drills.kind.${kind}.warning`)}
              </Table.Td>
              <Table.Td ta="right" className="mono">
                {t('drills.atMost', { seconds: promisedSeconds })}
              </Table.Td>
              <Table.Td ta="right">
                <ConfirmButton
                  size="xs"
                  question={`${t('drills.question')} ${t(`drills.kind.${kind}.warning`)}`}
                  confirm={t('drills.confirm')}
                  disabled={!may || unavailable !== null}
                  aria-label={t('drills.holdOne', { name: t(`drills.kind.${kind}.name`) })}
                  onConfirm={() => void run(kind)}
                >
                  {t('drills.hold')}
                </ConfirmButton>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}

function RunningDrill({ run }: { run: DrillRun }) {
  const { t } = useTranslation('monitoring')
  const { timezone } = useTopic('station')
  const [cancel, cancelling] = useAction(async () => {
    await client.drills.cancel({ id: run.id })
  })
  return (
    <section className={classes.running} aria-label={t('drills.running')}>
      <div className={classes.runningHead}>
        <strong>
          {t('drills.running')}: {t(`drills.kind.${run.kind}.name`)}
        </strong>
        <Button size="xs" loading={cancelling} onClick={() => void cancel()}>
          {t('drills.cancel')}
        </Button>
      </div>
      <Steps run={run} timezone={timezone} />
      <p className="visually-hidden" aria-live="polite">
        {run.steps.at(-1)?.text}
      </p>
    </section>
  )
}

function Steps({ run, timezone }: { run: DrillRun; timezone: string }) {
  return (
    <ol className={classes.steps}>
      {run.steps.map(({ at, text }) => (
        <li key={`${at} ${text}`}>
          <span className="mono dim">{formatClock(at, timezone)}</span> {text}
        </li>
      ))}
    </ol>
  )
}

function PastDrills({ runs }: { runs: DrillRun[] }) {
  const { t, i18n } = useTranslation('monitoring')
  const { timezone } = useTopic('station')
  const [opened, setOpened] = useState<number | null>(null)
  return (
    <Table className={shared.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('drills.when')}</Table.Th>
          <Table.Th>{t('drills.drill')}</Table.Th>
          <Table.Th ta="right">{t('drills.missed')}</Table.Th>
          <Table.Th>{t('drills.others')}</Table.Th>
          <Table.Th>{t('drills.verdict')}</Table.Th>
          <Table.Th aria-label={t('drills.details')} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Table.Tr key={run.id} className={classes.row}>
            <Table.Td>
              <span className="mono">{formatDateTime(run.startedAt, timezone)}</span>{' '}
              <span className="dim">{formatAgo(run.startedAt, stationNow(), i18n.language)}</span>
            </Table.Td>
            <Table.Td>
              {t(`drills.kind.${run.kind}.name`)} <span className="dim">{run.output.toUpperCase()}</span>
              {opened === run.id ? <Steps run={run} timezone={timezone} /> : null}
            </Table.Td>
            <Table.Td ta="right" className="mono">
              {run.missedSeconds === null ? '–' : t('drills.seconds', { seconds: run.missedSeconds })}
            </Table.Td>
            <Table.Td className="mono">
              {run.others
                .map(
                  (other) => `${other.output.toUpperCase()} ${t('drills.seconds', { seconds: other.missedSeconds })}`,
                )
                .join(', ')}
            </Table.Td>
            <Table.Td>
              <Verdict run={run} />
            </Table.Td>
            <Table.Td ta="right">
              <Button
                size="compact-xs"
                variant="subtle"
                aria-expanded={opened === run.id}
                onClick={() => setOpened(opened === run.id ? null : run.id)}
              >
                {t('drills.details')}
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Verdict({ run }: { run: DrillRun }) {
  const { t } = useTranslation('monitoring')
  if (run.state !== 'done') return <Tag title={run.problem ?? ''}>{run.problem ?? t(`drills.state.${run.state}`)}</Tag>
  return run.kept ? <Tag tone="accent">{t('drills.kept')}</Tag> : <Tag tone="bad">{t('drills.notKept')}</Tag>
}
