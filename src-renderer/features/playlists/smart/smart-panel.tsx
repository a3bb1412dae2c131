// Rules of a smart list beside it: built, tried live, then saved.
import { type Playlist, type Smart, type SmartPreview, smartOrders } from '@contract/playlists'
import { ActionIcon, Button, NumberInput, Select, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle, IconSortAscending, IconSortDescending } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, describeError, type RemoteData, useRemote } from '../../../client'
import { formatCount, formatDuration, SectionTitle } from '../../../ui'
import type { PlaylistActions } from '../playlist-store'
import shared from '../playlists.module.css'
import { RuleBuilder } from './rule-builder'
import { type CustomField, isComplete } from './rule-forms'
import classes from './smart.module.css'

const typingPauseMs = 250

export const emptySmart: Smart = {
  rules: { match: 'all', rules: [{ field: 'kind', op: 'is', value: 'music' }] },
  limit: null,
  order: { by: 'artist', direction: 'asc' },
}

const smartOf = ({ rules, limit, order }: Playlist): Smart => ({
  rules: rules ?? emptySmart.rules,
  limit,
  order: order ?? emptySmart.order,
})

export function SmartPanel({ playlist, actions }: { playlist: Playlist; actions: PlaylistActions }) {
  const { t } = useTranslation('playlists')
  const saved = smartOf(playlist)
  const [draft, setDraft] = useState(saved)
  const [asked] = useDebouncedValue(draft, typingPauseMs)
  const custom = useRemote((signal) => client.metadata.fields.list(undefined, { signal }), [])
  const complete = isComplete(asked.rules)
  const preview = useRemote(
    (signal) => (complete ? client.playlists.preview(asked, { signal }) : Promise.resolve(null)),
    [JSON.stringify(asked)],
  )
  const changed = JSON.stringify(draft) !== JSON.stringify(saved)
  return (
    <aside className={shared.add} aria-label={t('smart.title')}>
      <header className={classes.smartHead}>
        <SectionTitle>{t('smart.title')}</SectionTitle>
        <span className={classes.smartButtons}>
          {changed ? (
            <Button size="compact-sm" onClick={() => setDraft(saved)}>
              {t('smart.discard')}
            </Button>
          ) : null}
          <Button
            size="compact-sm"
            variant="filled"
            disabled={!changed || !isComplete(draft.rules)}
            loading={actions.asked}
            onClick={() => void actions.update(playlist, draft)}
          >
            {t('save')}
          </Button>
        </span>
      </header>
      <div className={classes.smartScroll}>
        <RuleBuilder
          group={draft.rules}
          custom={(custom.data ?? []) as CustomField[]}
          onChange={(rules) => setDraft({ ...draft, rules })}
        />
        <OrderAndLimit draft={draft} onChange={setDraft} />
        <Preview preview={preview} complete={complete} />
      </div>
    </aside>
  )
}

function OrderAndLimit({ draft, onChange }: { draft: Smart; onChange(draft: Smart): void }) {
  const { t } = useTranslation('playlists')
  const { limit, order } = draft
  const down = order.direction === 'desc'
  return (
    <div className={classes.smartOrder}>
      <Select
        size="xs"
        label={t('smart.order')}
        data={smartOrders.map((by) => ({ value: by as string, label: t(`smart.orders.${by}`) }))}
        value={order.by}
        allowDeselect={false}
        maxDropdownHeight={320}
        onChange={(by) => onChange({ ...draft, order: { ...order, by: (by ?? 'artist') as Smart['order']['by'] } })}
      />
      <Tooltip label={t(down ? 'smart.down' : 'smart.up')}>
        <ActionIcon
          size={30}
          disabled={order.by === 'random'}
          aria-label={t(down ? 'smart.down' : 'smart.up')}
          onClick={() => onChange({ ...draft, order: { ...order, direction: down ? 'asc' : 'desc' } })}
        >
          {down ? <IconSortDescending size={16} /> : <IconSortAscending size={16} />}
        </ActionIcon>
      </Tooltip>
      <NumberInput
        size="xs"
        label={t('smart.limit')}
        placeholder={t('smart.noLimit')}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        clampBehavior="strict"
        value={limit?.amount ?? ''}
        onChange={(amount) =>
          onChange({
            ...draft,
            limit: typeof amount === 'number' && amount > 0 ? { amount, unit: limit?.unit ?? 'tracks' } : null,
          })
        }
      />
      <Select
        size="xs"
        aria-label={t('smart.unit')}
        data={[
          { value: 'tracks', label: t('smart.limitTracks') },
          { value: 'minutes', label: t('smart.limitMinutes') },
        ]}
        value={limit?.unit ?? 'tracks'}
        disabled={limit === null}
        allowDeselect={false}
        onChange={(unit) =>
          limit && onChange({ ...draft, limit: { ...limit, unit: unit === 'minutes' ? 'minutes' : 'tracks' } })
        }
      />
    </div>
  )
}

function Preview({ preview, complete }: { preview: RemoteData<SmartPreview | null>; complete: boolean }) {
  const { t } = useTranslation('playlists')
  const { data, error } = preview
  if (!complete) return <p className={classes.smartNote}>{t('smart.incomplete')}</p>
  if (error) return <p className={`${classes.smartNote} ${classes.smartBad}`}>{describeError(error)}</p>
  if (!data) return null
  const { durationSeconds, fits, matching, trackCount, tracks } = data
  return (
    <section aria-live="polite" aria-label={t('smart.preview')}>
      <p className={classes.smartFigures}>
        <strong>{t('tracks', { count: trackCount, formatted: formatCount(trackCount) })}</strong>
        <span className="mono">{formatDuration(durationSeconds)}</span>
        {matching > trackCount ? (
          <span className="dim">{t('smart.ofMatching', { formatted: formatCount(matching) })}</span>
        ) : null}
      </p>
      {fits === 'some' ? null : (
        <p className={`${classes.smartNote} ${classes.smartWarning}`}>
          <IconAlertTriangle size={15} aria-hidden="true" /> {t(`smart.fits.${fits}`)}
        </p>
      )}
      <ol className={classes.smartTracks}>
        {tracks.map((track) => (
          <li key={track.id}>
            <span className="ellipsis">{track.title}</span>
            <span className="dim ellipsis">{track.artist}</span>
            <span className="mono dim">{formatDuration(track.durationSeconds)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
