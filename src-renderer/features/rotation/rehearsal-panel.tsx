// The rehearsal: asked for, followed, and shown hour by hour.
import type { Rehearsal, RotationList } from '@contract/rotation'
import { Button, Progress, SegmentedControl } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../client'
import { Panel } from '../../ui'
import { RehearsalResultView } from './rehearsal-result'
import classes from './rotation.module.css'

const askAgainMs = 400
const spans = ['24', '48', '168'] as const

export function RehearsalPanel({ lists, may }: { lists: readonly RotationList[]; may: boolean }) {
  const { t } = useTranslation('rotation')
  const [hours, setHours] = useState<string>('24')
  const newest = useRemote((signal) => client.rotation.rehearsal.newest(undefined, { signal }), [])
  const { data: rehearsal, replace } = newest
  const [start, asked] = useAction(async () => replace(await client.rotation.rehearse({ hours: Number(hours) })))
  const [stop] = useAction(async (id: string) => replace(await client.rotation.rehearsal.cancel({ id })))
  useFollow(rehearsal ?? null, replace)
  const running = rehearsal?.state === 'running'
  const actions = (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('rehearsal.span')}
        value={hours}
        onChange={setHours}
        data={spans.map((value) => ({ value, label: t(`rehearsal.hours.${value}`) }))}
      />
      {running ? (
        <Button size="xs" variant="default" onClick={() => void stop(rehearsal.id)}>
          {t('common:action.cancel')}
        </Button>
      ) : (
        <Button
          size="xs"
          variant="filled"
          disabled={!may}
          loading={asked}
          leftSection={<IconPlayerPlay size={14} />}
          onClick={() => void start()}
        >
          {t('rehearsal.start')}
        </Button>
      )}
    </>
  )
  return (
    <Panel title={t('rehearsal.title')} actions={actions} flush>
      {running ? (
        <Progress aria-label={t('rehearsal.title')} value={rehearsal.progress * 100} radius={0} size="sm" />
      ) : null}
      {rehearsal?.state === 'failed' ? <p className={classes.relaxed}>{rehearsal.why}</p> : null}
      {rehearsal?.result ? (
        <RehearsalResultView rehearsal={rehearsal} result={rehearsal.result} lists={lists} />
      ) : (
        <p className={classes.none}>{t(running ? 'rehearsal.running' : 'rehearsal.none')}</p>
      )}
    </Panel>
  )
}

/** Asks again while it runs. */
function useFollow(rehearsal: Rehearsal | null, replace: (next: Rehearsal) => void): void {
  const id = rehearsal?.state === 'running' ? rehearsal.id : null
  useEffect(() => {
    if (id === null) return
    let ended = false
    const ask = async () => {
      const next = await client.rotation.rehearsal.get({ id }).catch(() => null)
      if (ended) return
      if (next) replace(next)
      if (!next || next.state === 'running') timer = setTimeout(ask, askAgainMs)
    }
    let timer = setTimeout(ask, askAgainMs)
    return () => {
      ended = true
      clearTimeout(timer)
    }
  }, [id, replace])
}
