// The lines of a playlist file that are no track of the library, with why; of several that fit, one can be chosen.
import { type PlaylistImport, type UnmatchedLine, unmatchedReasons } from '@contract/playlist-files'
import { Button, SegmentedControl, Select } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { formatCount, Tag } from '../../ui'
import classes from './import.module.css'

const pageSize = 100

export function ImportReport({ job }: { job: PlaylistImport }) {
  const { t } = useTranslation('playlists')
  const [reason, setReason] = useState('')
  const [lines, setLines] = useState<UnmatchedLine[]>([])
  const [next, setNext] = useState<number | null>(0)
  const [more, loading] = useAction(async (afterEntry: number, before: UnmatchedLine[], wanted: string) => {
    const chosen = unmatchedReasons.find((one) => one === wanted)
    const found = await client.playlists.imports.unmatched({
      ...{ id: job.id, limit: pageSize, afterEntry },
      ...(chosen ? { reason: chosen } : {}),
    })
    setLines([...before, ...found.items])
    setNext(found.nextAfterEntry)
  })
  useEffect(() => {
    void more(0, [], reason)
  }, [more, reason])
  const present = unmatchedReasons.filter((one) => job.byReason[one] > 0)
  return (
    <div className={classes.report}>
      {present.length > 1 ? (
        <SegmentedControl
          size="xs"
          value={reason}
          onChange={setReason}
          data={[
            { value: '', label: t('import.all', { formatted: formatCount(job.unmatched) }) },
            ...present.map((one) => ({
              value: one,
              label: `${t(`import.reason.${one}`)} ${formatCount(job.byReason[one])}`,
            })),
          ]}
        />
      ) : null}
      <ul className={classes.reportLines}>
        {lines.map((line) => (
          <li key={line.entry}>
            <span className={`mono faint ${classes.reportNumber}`}>{t('import.line', { line: line.line })}</span>
            <span className={classes.reportText}>{line.text}</span>
            <span className="dim">
              <Tag tone="warning">{t(`import.reason.${line.reason}`)}</Tag> {t(`import.why.${line.reason}`)}
            </span>
            {line.candidates.length > 0 && job.playlistId !== null ? (
              <Choose line={line} playlistId={job.playlistId} />
            ) : null}
          </li>
        ))}
      </ul>
      {next !== null && next > 0 ? (
        <Button size="xs" loading={loading} onClick={() => void more(next, lines, reason)}>
          {t('import.more')}
        </Button>
      ) : null}
    </div>
  )
}

function Choose({ line, playlistId }: { line: UnmatchedLine; playlistId: number }) {
  const { t } = useTranslation('playlists')
  const [added, setAdded] = useState(false)
  const [add] = useAction(async (trackId: number) => {
    await client.playlists.items.add({ id: playlistId, trackIds: [trackId], answer: 'none' })
    setAdded(true)
  })
  if (added) {
    return (
      <span className={classes.reportAdded}>
        <IconCheck size={14} aria-hidden="true" /> {t('import.added')}
      </span>
    )
  }
  return (
    <Select
      size="xs"
      aria-label={t('import.which')}
      placeholder={t('import.which')}
      data={line.candidates.map(({ trackId, artist, title, path }) => ({
        value: `${trackId}`,
        label: `${artist} – ${title} (${path})`,
      }))}
      value={null}
      onChange={(value) => value && void add(Number(value))}
    />
  )
}
