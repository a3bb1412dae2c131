// The queue: put in order by dragging or keys, taken out with undo, each item with its reason.
// biome-ignore-all lint/a11y/useSemanticElements: rows that are dragged or laid out by grid cannot be <tr>
// biome-ignore-all lint/a11y/useFocusableInteractive: the grips and buttons in them take the focus
import type { QueueItem } from '@contract/playout'
import { Button, Switch } from '@mantine/core'
import { IconPlaylist } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { EmptyState, formatClock, formatDuration, SortableList, showUndo } from '../../ui'
import { AddFilesButton } from './file-drop'
import classes from './queue.module.css'
import { QueueRow } from './queue-row'
import { endsAt, inOrder, playFirst } from './queue-rules'

const TransitionLab = lazy(async () => ({ default: (await import('../transition-lab')).TransitionLab }))

/** More rows than this are drawn only when asked for. */
const shownAtFirst = 100

export function Queue() {
  const { t } = useTranslation('on-air')
  const queue = useTopic('queue')
  const may = useMay()
  const { asked, order, remove } = useQueueActions(queue)
  const [all, setAll] = useState(false)
  const [joinOf, setJoinOf] = useState<number | null>(null)
  const air = useTopic('air')
  const somethingBefore = air.item !== null && air.item.queueId !== 0
  const items = inOrder(queue, asked)
  const shown = all ? items : items.slice(0, shownAtFirst)
  const editable = may('presenter')

  if (queue.length === 0) {
    return (
      <>
        <EmptyState
          icon={IconPlaylist}
          title={t('queue.empty')}
          hint={t('queue.emptyHint')}
          action={<EmptyActions />}
        />
        <Foot queue={queue} />
      </>
    )
  }
  return (
    <>
      <div role="table" aria-label={t('queue.next')} className={classes.scroller} aria-busy={asked !== null}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" className={classes.row}>
            <span role="columnheader">
              <span className="visually-hidden">{t('queue.order')}</span>
            </span>
            <span role="columnheader">{t('queue.at')}</span>
            <span role="columnheader">{t('queue.title')}</span>
            <span role="columnheader">{t('queue.length')}</span>
            <span role="columnheader">{t('queue.from')}</span>
            <span role="columnheader">
              <span className="visually-hidden">{t('queue.actions')}</span>
            </span>
          </div>
        </div>
        <div role="rowgroup">
          <SortableList
            items={shown}
            idOf={(item) => item.id}
            nameOf={(item) => item.title}
            onOrder={(ids) => order([...ids, ...items.slice(shown.length).map((item) => item.id)])}
            disabled={!editable}
          >
            {(item, row, index) => (
              <QueueRow
                item={item}
                row={row}
                asked={asked !== null}
                editable={editable}
                first={index === 0}
                onFirst={() =>
                  order(
                    playFirst(
                      items.map((other) => other.id),
                      item.id,
                    ),
                  )
                }
                onRemove={() => remove(item)}
                onJoin={index > 0 || somethingBefore ? () => setJoinOf(item.id) : undefined}
              />
            )}
          </SortableList>
        </div>
        {items.length > shown.length ? (
          <Button variant="subtle" fullWidth onClick={() => setAll(true)}>
            {t('queue.more', { count: items.length - shown.length })}
          </Button>
        ) : null}
      </div>
      <Foot queue={queue} />
      {joinOf === null ? null : (
        <Suspense>
          <TransitionLab queueId={joinOf} onClose={() => setJoinOf(null)} />
        </Suspense>
      )}
    </>
  )
}

function EmptyActions() {
  const { t } = useTranslation('on-air')
  return (
    <div style={{ display: 'flex', gap: 8 }}>
      <Button component="a" href="#/library" variant="filled">
        {t('queue.openLibrary')}
      </Button>
      <AddFilesButton />
    </div>
  )
}

function Foot({ queue }: { queue: QueueItem[] }) {
  const { t } = useTranslation('on-air')
  const { timezone } = useTopic('station')
  const end = endsAt(queue)
  const total = queue.reduce((sum, item) => sum + item.durationSeconds, 0)
  return (
    <footer className={classes.foot}>
      <span className={classes.hint}>{t('queue.dropHint')}</span>
      {queue.length > 0 ? <AddFilesButton small /> : null}
      <span className={classes.ends}>
        {end === null
          ? t('queue.total', { length: formatDuration(total) })
          : t('queue.ends', { time: formatClock(end, timezone) })}
      </span>
      <StopAfter />
    </footer>
  )
}

function StopAfter() {
  const { t } = useTranslation('on-air')
  const air = useTopic('air')
  const may = useMay()
  const [stopAfter, asked] = useAction((enabled: boolean) => client.playout.stopAfter({ enabled }))
  if (!air.onAir || !may('presenter')) return null
  return (
    <Switch
      size="xs"
      checked={air.stopAfter}
      disabled={asked}
      onChange={(event) => void stopAfter(event.currentTarget.checked)}
      label={t('control.stopAfter')}
    />
  )
}

/** Shows the asked order until the station's own queue says what became of it. */
function useQueueActions(queue: QueueItem[]) {
  const { t } = useTranslation('on-air')
  const [asked, setAsked] = useState<number[] | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new queue is the answer
  useEffect(() => setAsked(null), [queue])

  const [putInOrder] = useAction(async (ids: number[]) => {
    try {
      await client.playout.queue.order({ ids })
    } finally {
      setAsked(null)
    }
  })
  const [putBack] = useAction((trackId: number, position: number) => client.playout.queue.add({ trackId, position }))
  const [take] = useAction(async (item: QueueItem) => {
    const position = queue.findIndex((other) => other.id === item.id)
    await client.playout.queue.remove({ id: item.id })
    const { trackId } = item
    if (trackId !== null) showUndo(t('queue.removed', { title: item.title }), () => void putBack(trackId, position))
  })
  return {
    asked,
    order: (ids: number[]) => {
      setAsked(ids)
      void putInOrder(ids)
    },
    remove: (item: QueueItem) => void take(item),
  }
}
