// The music folders: add by path, by the server's folders or by the computer's own dialogue; look through again; remove.
import type { MusicFolder } from '@contract/library'
import { ActionIcon, Button, Checkbox, TextInput, Tooltip } from '@mantine/core'
import { IconFolder, IconFolderOff, IconFolderPlus, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, desktop, stationNow, useAction, useRemote } from '../../../client'
import { useTopic } from '../../../stores'
import { ConfirmButton, formatCount, SectionTitle } from '../../../ui'
import { formatAgo } from '../../../ui/relative-time'
import { FolderBrowser } from './folder-browser'
import classes from './import.module.css'

export function Folders() {
  const { t } = useTranslation('library')
  const { revision } = useTopic('library')
  const { data, error, reload } = useRemote((signal) => client.library.folders.list(undefined, { signal }), [revision])
  const [scanAll, scanning] = useAction(() => client.library.scan({}))
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <SectionTitle>{t('import.folders')}</SectionTitle>
        {data && data.length > 0 ? (
          <Button
            size="compact-xs"
            leftSection={<IconRefresh size={12} />}
            loading={scanning}
            onClick={() => void scanAll()}
          >
            {t('import.rescanAll')}
          </Button>
        ) : null}
      </div>
      <p className={classes.hint}>{t('import.foldersHint')}</p>
      {error && !data ? (
        <Button size="xs" onClick={reload}>
          {t('error.retry')}
        </Button>
      ) : null}
      {data?.length === 0 ? <p className={classes.hint}>{t('import.noFolders')}</p> : null}
      {data?.map((folder) => (
        <Folder key={folder.id} folder={folder} onChanged={reload} />
      ))}
      <AddFolder onAdded={reload} />
    </section>
  )
}

function Folder({ folder, onChanged }: { folder: MusicFolder; onChanged(): void }) {
  const { t, i18n } = useTranslation('library')
  const [scan, scanning] = useAction(() => client.library.scan({ path: folder.path }))
  const [remove, removing] = useAction(async () => {
    await client.library.folders.remove({ id: folder.id })
    onChanged()
  })
  const gone = folder.state === 'gone'
  const Picture = gone ? IconFolderOff : IconFolder
  const formatted = formatCount(folder.trackCount)
  return (
    <div className={classes.folder} data-gone={gone || undefined}>
      <Picture size={18} stroke={1.6} aria-hidden="true" />
      <div className={classes.folderText}>
        <span className="ellipsis" title={folder.path}>
          {folder.path}
        </span>
        <span className={classes.small}>
          {gone ? <span className={classes.warning}>{t('import.gone')} · </span> : null}
          {t('import.folderTracks', { count: folder.trackCount, formatted })}
          {' · '}
          {folder.lastScanAt === null
            ? t('import.neverScanned')
            : t('import.lastScan', { when: formatAgo(folder.lastScanAt, stationNow(), i18n.language) })}
        </span>
      </div>
      <Tooltip label={t('import.rescan')}>
        <ActionIcon size={24} loading={scanning} onClick={() => void scan()} aria-label={t('import.rescan')}>
          <IconRefresh size={14} />
        </ActionIcon>
      </Tooltip>
      <ConfirmButton
        variant="subtle"
        size="compact-xs"
        px={4}
        loading={removing}
        question={t('import.removeFolderText', { path: folder.path, formatted })}
        confirm={t('import.removeFolderConfirm')}
        onConfirm={() => void remove()}
        aria-label={t('import.removeFolder', { path: folder.path })}
      >
        <IconTrash size={14} />
      </ConfirmButton>
    </div>
  )
}

function AddFolder({ onAdded }: { onAdded(): void }) {
  const { t } = useTranslation('library')
  const [path, setPath] = useState('')
  const [browsing, setBrowsing] = useState(false)
  const [copying, setCopying] = useState(false)
  const [add, adding] = useAction(async (chosen: string) => {
    if (copying) await client.library.copy({ path: chosen })
    else await client.library.folders.add({ path: chosen })
    setPath('')
    setBrowsing(false)
    onAdded()
  })
  const choose = async () => {
    const chosen = await desktop()?.chooseFolder()
    if (chosen) await add(chosen)
  }
  const copyIn = (
    <Checkbox
      size="xs"
      label={t('import.copy')}
      description={t('import.copyHint')}
      checked={copying}
      onChange={(event) => setCopying(event.currentTarget.checked)}
    />
  )
  if (desktop()) {
    return (
      <>
        {copyIn}
        <Button
          size="xs"
          variant="filled"
          leftSection={<IconFolderPlus size={14} />}
          loading={adding}
          onClick={() => void choose()}
        >
          {t('import.choose')}
        </Button>
      </>
    )
  }
  return (
    <form
      className={classes.add}
      onSubmit={(event) => {
        event.preventDefault()
        if (path.trim() !== '') void add(path.trim())
      }}
    >
      <TextInput
        size="xs"
        aria-label={t('import.path')}
        placeholder={t('import.pathPlaceholder')}
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <Button size="xs" onClick={() => setBrowsing(true)}>
        {t('import.browse')}
      </Button>
      <Button size="xs" type="submit" variant="filled" disabled={path.trim() === ''} loading={adding}>
        {t('import.add')}
      </Button>
      <div className={classes.copy}>{copyIn}</div>
      {browsing ? (
        <FolderBrowser
          startAt={path.trim() || undefined}
          adding={adding}
          onChoose={(chosen) => void add(chosen)}
          onClose={() => setBrowsing(false)}
        />
      ) : null}
    </form>
  )
}
