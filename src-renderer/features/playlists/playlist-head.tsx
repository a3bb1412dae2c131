// Name, description and part of a playlist; putting it into the queue; deleting it.
import { playlistFormats } from '@contract/playlist-files'
import { type Playlist, playlistRoles } from '@contract/playlists'
import { ActionIcon, Button, Menu, NumberInput, SegmentedControl, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import {
  IconAlertTriangle,
  IconArrowsShuffle,
  IconBolt,
  IconChevronDown,
  IconCopy,
  IconDots,
  IconFileExport,
  IconPlaylistAdd,
  IconTrash,
  IconWorld,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { playlistExportUrl } from '../../client'
import { formatCount, formatDuration, Tag } from '../../ui'
import { type PlaylistActions, rotationShare } from './playlist-store'
import classes from './playlists.module.css'
import { ShareDialog } from './share-dialog'
import smart from './smart/smart.module.css'

export interface PlaylistHeadProps {
  playlist: Playlist
  all: Playlist[]
  actions: PlaylistActions
}

export function PlaylistHead({ playlist, all, actions }: PlaylistHeadProps) {
  const { t } = useTranslation('playlists')
  const { trackCount, durationSeconds, kind, problem } = playlist
  return (
    <header className={classes.editorHead}>
      <div className={classes.headRow}>
        <Name playlist={playlist} actions={actions} />
        {kind === 'smart' ? (
          <Tag tone="accent" title={t('kind.smartHint')}>
            <IconBolt size={12} aria-hidden="true" /> {t('kind.smart')}
          </Tag>
        ) : null}
        <span className={`dim ${classes.total}`}>
          {t('total', {
            tracks: t('tracks', { count: trackCount, formatted: formatCount(trackCount) }),
            duration: formatDuration(durationSeconds),
          })}
        </span>
        <Button.Group>
          <Button
            leftSection={<IconPlaylistAdd size={16} />}
            disabled={trackCount === 0}
            loading={actions.asked}
            onClick={() => void actions.enqueue(playlist, false)}
          >
            {t('enqueue')}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button px={6} disabled={trackCount === 0} aria-label={t('more', { name: playlist.name })}>
                <IconChevronDown size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconArrowsShuffle size={16} />}
                onClick={() => void actions.enqueue(playlist, true)}
              >
                {t('enqueueShuffled')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Button.Group>
        <HeadMenu playlist={playlist} actions={actions} />
      </div>
      <Part playlist={playlist} all={all} actions={actions} />
      {kind === 'smart' && problem !== null ? (
        <p className={`${smart.smartNote} ${smart.smartBad}`}>
          <IconAlertTriangle size={15} aria-hidden="true" /> {problem}
        </p>
      ) : null}
    </header>
  )
}

/** Sharing, files, copies, deleting. */
function HeadMenu({ playlist, actions }: { playlist: Playlist; actions: PlaylistActions }) {
  const { t } = useTranslation('playlists')
  const [sharing, setSharing] = useState(false)
  const [paths, setPaths] = useState<'absolute' | 'relative'>('absolute')
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Tooltip label={t('listMenuShort')}>
            <ActionIcon size={36} aria-label={t('listMenu', { name: playlist.name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconWorld size={16} />} onClick={() => setSharing(true)}>
            {t('share.open')}
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void actions.copy(playlist)}>
            {t(playlist.kind === 'smart' ? 'manualCopy' : 'copy')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('export.title')}</Menu.Label>
          <SegmentedControl
            size="xs"
            fullWidth
            m={4}
            aria-label={t('export.paths')}
            value={paths}
            onChange={(value) => setPaths(value === 'relative' ? 'relative' : 'absolute')}
            data={[
              { value: 'absolute', label: t('export.absolute') },
              { value: 'relative', label: t('export.relative') },
            ]}
          />
          {playlistFormats.map((format) => (
            <Menu.Item
              key={format}
              component="a"
              href={playlistExportUrl(playlist.id, format, paths)}
              download
              leftSection={<IconFileExport size={16} />}
            >
              {t(`export.${format}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => void actions.remove(playlist)}>
            {t('delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {sharing ? <ShareDialog playlist={playlist} onClose={() => setSharing(false)} /> : null}
    </>
  )
}

/** Saved when the field is left or Enter is pressed; Escape takes back. */
function Name({ playlist, actions }: { playlist: Playlist; actions: PlaylistActions }) {
  const { t } = useTranslation('playlists')
  const [name, setName] = useState(playlist.name)
  const [description, setDescription] = useState(playlist.description)
  const saveName = () => {
    if (name.trim() === '') setName(playlist.name)
    else if (name.trim() !== playlist.name) void actions.update(playlist, { name: name.trim() })
  }
  const saveDescription = () => {
    if (description !== playlist.description) void actions.update(playlist, { description })
  }
  return (
    <div className={classes.names}>
      <TextInput
        variant="unstyled"
        classNames={{ input: classes.nameInput }}
        aria-label={t('name')}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        onBlur={saveName}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setName(playlist.name)
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
        }}
      />
      <TextInput
        variant="unstyled"
        classNames={{ input: classes.descriptionInput }}
        aria-label={t('description')}
        placeholder={t('descriptionPlaceholder')}
        value={description}
        maxLength={2000}
        onChange={(event) => setDescription(event.currentTarget.value)}
        onBlur={saveDescription}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </div>
  )
}

function Part({ playlist, all, actions }: PlaylistHeadProps) {
  const { t } = useTranslation('playlists')
  const { role, trackCount, remainingInShuffle } = playlist
  return (
    <div className={classes.part}>
      <SegmentedControl
        size="xs"
        aria-label={t('roleLabel')}
        value={role}
        onChange={(next) => void actions.update(playlist, { role: next as Playlist['role'] })}
        data={playlistRoles.map((name) => ({ value: name, label: t(`role.${name}`) }))}
      />
      {role === 'rotation' && <Weight playlist={playlist} actions={actions} />}
      <Crossfade playlist={playlist} actions={actions} />
      {role === 'rotation' ? (
        <span className="dim">
          {t('shareOfRotation', { percent: Math.round(rotationShare(playlist, all)) })}
          {' · '}
          {t('remaining', { remaining: formatCount(remainingInShuffle), total: formatCount(trackCount) })}
        </span>
      ) : (
        <span className="dim">{t(`roleHint.${role}`)}</span>
      )}
    </div>
  )
}

const typingPauseMs = 400

/** Left empty, the station's crossfade holds. */
function Crossfade({ playlist, actions }: { playlist: Playlist; actions: PlaylistActions }) {
  const { t } = useTranslation('playlists')
  const [typed, setTyped] = useState<number | string>(playlist.crossfadeSeconds ?? '')
  const save = useDebouncedCallback((value: number | string) => {
    const crossfadeSeconds = typeof value === 'number' ? value : null
    if (crossfadeSeconds !== playlist.crossfadeSeconds) void actions.update(playlist, { crossfadeSeconds })
  }, typingPauseMs)
  return (
    <Tooltip label={t('crossfadeHint')}>
      <NumberInput
        size="xs"
        w={168}
        aria-label={t('crossfade')}
        placeholder={t('crossfadeOfStation')}
        prefix={`${t('crossfade')} `}
        suffix=" s"
        value={typed}
        min={0}
        max={12}
        step={0.5}
        decimalScale={1}
        clampBehavior="strict"
        onChange={(value) => {
          setTyped(value)
          save(value)
        }}
      />
    </Tooltip>
  )
}

function Weight({ playlist, actions }: { playlist: Playlist; actions: PlaylistActions }) {
  const { t } = useTranslation('playlists')
  const [typed, setTyped] = useState<number | string>(playlist.weight)
  const save = useDebouncedCallback((weight: number | string) => {
    if (typeof weight === 'number' && weight !== playlist.weight) void actions.update(playlist, { weight })
  }, typingPauseMs)
  return (
    <Tooltip label={t('weightHint')}>
      <NumberInput
        size="xs"
        w={116}
        aria-label={t('weight')}
        prefix={`${t('weight')} `}
        value={typed}
        min={1}
        max={100}
        clampBehavior="strict"
        allowDecimal={false}
        onChange={(weight) => {
          setTyped(weight)
          save(weight)
        }}
        onBlur={() => typed === '' && setTyped(playlist.weight)}
      />
    </Tooltip>
  )
}
