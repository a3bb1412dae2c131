// The picture of a track: seen, replaced, taken away. It takes effect at once, without the drawer's Save.
import type { Track } from '@contract/library'
import { Button, FileButton } from '@mantine/core'
import { IconPhoto, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { artworkUrl, removeArtwork, sendArtwork, useAction } from '../../../client'
import { Artwork, showDone } from '../../../ui'
import classes from './edit.module.css'

export const pictureTypes = 'image/jpeg,image/png,image/webp'

export function Cover({ track, onTrack }: { track: Track; onTrack(track: Track): void }) {
  const { t } = useTranslation('metadata')
  const [send, sending] = useAction(async (file: File) => {
    onTrack(await sendArtwork(track.id, file))
    showDone(t('cover.replaced'))
  })
  const [remove, removing] = useAction(async () => {
    onTrack(await removeArtwork(track.id))
    showDone(t('cover.removed'))
  })
  return (
    <section className={`${classes.section} ${classes.cover}`}>
      <Artwork
        url={track.hasArtwork ? `${artworkUrl(track.id)}?v=${track.revision}` : null}
        seed={`${track.artist}${track.title}`}
        size={96}
        kind={track.kind}
      />
      <div className={classes.coverText}>
        <div className={classes.coverButtons}>
          <FileButton accept={pictureTypes} onChange={(file) => file && void send(file)}>
            {(props) => (
              <Button {...props} size="xs" loading={sending} leftSection={<IconPhoto size={14} />}>
                {track.hasArtwork ? t('cover.replace') : t('cover.add')}
              </Button>
            )}
          </FileButton>
          {track.hasArtwork ? (
            <Button size="xs" loading={removing} leftSection={<IconTrash size={14} />} onClick={() => void remove()}>
              {t('cover.remove')}
            </Button>
          ) : null}
        </div>
        <p className={classes.hint}>{t('cover.hint')}</p>
      </div>
    </section>
  )
}
