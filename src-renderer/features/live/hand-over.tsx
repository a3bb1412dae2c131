// Who follows the one who has the program, and the bed that plays until they are there.
import type { LiveState } from '@contract/live'
import { Button, Menu } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction, useRemote } from '../../client'
import { useMay, useTopic } from '../../stores'
import { formatCount } from '../../ui'
import { useNow } from '../../ui/use-now'
import classes from './live.module.css'

/** The list of those who could follow, shown while somebody has the program. */
export function HandOverMenu({ live }: { live: LiveState }) {
  const { t } = useTranslation('live')
  const may = useMay()
  const air = useTopic('air')
  const [opened, setOpened] = useState(false)
  const [arm, arming] = useAction((toPresenterId: number) => client.live.handover.arm({ toPresenterId }))
  const program = live.sources.find(({ id }) => id === air.live?.sourceId)
  if (air.live?.mode !== 'full' || !may('presenter')) return null
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-end">
      <Menu.Target>
        <Button size="xs" leftSection={<IconArrowsExchange size={14} />} loading={arming}>
          {t('handover.to')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {opened ? (
          <Followers live={live} besides={program?.presenterId ?? null} onChoose={(id) => void arm(id)} />
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}

interface FollowersProps {
  live: LiveState
  /** Who has the program cannot follow themselves. */
  besides: number | null
  onChoose(presenterId: number): void
}

function Followers({ live, besides, onChoose }: FollowersProps) {
  const { t } = useTranslation('live')
  const { data } = useRemote((signal) => client.live.presenters.list(undefined, { signal }), [])
  const others = (data ?? []).filter(({ enabled, id }) => enabled && id !== besides)
  const isThere = (id: number) => live.sources.some(({ presenterId, state }) => presenterId === id && state === 'ready')
  if (data && others.length === 0) return <Menu.Label>{t('handover.nobody')}</Menu.Label>
  return (
    <>
      {others.map(({ id, name }) => (
        <Menu.Item key={id} onClick={() => onChoose(id)}>
          {t(isThere(id) ? 'handover.ready' : 'handover.away', { name })}
        </Menu.Item>
      ))}
    </>
  )
}

/** The hand-over that was arranged, with its countdown once the bed plays. */
export function HandOverLine({ live }: { live: LiveState }) {
  const { t } = useTranslation('live')
  const may = useMay()
  const { live: onAir } = useTopic('air')
  const now = useNow()
  const { handover } = live
  const [release, releasing] = useAction((sourceId: string) => client.live.release({ sourceId }))
  const [cancel, cancelling] = useAction(() => client.live.handover.cancel())
  if (!handover) return null
  const { holdSeconds, holdUntil, state, to } = handover
  const left = holdUntil === null ? holdSeconds : Math.max(0, Math.ceil((holdUntil - now) / 1000))
  return (
    <div className={classes.handover} data-state={state} role="status">
      <IconArrowsExchange size={16} aria-hidden="true" />
      <span>{t(`handover.${state}`, { to, seconds: formatCount(left) })}</span>
      {may('presenter') ? (
        <>
          <span className={classes.push} />
          {state === 'armed' && onAir ? (
            <Button size="xs" loading={releasing} onClick={() => void release(onAir.sourceId)}>
              {t('handover.now')}
            </Button>
          ) : null}
          <Button size="xs" variant="subtle" loading={cancelling} onClick={() => void cancel()}>
            {t(state === 'armed' ? 'handover.cancel' : 'handover.queue')}
          </Button>
        </>
      ) : null}
    </div>
  )
}
