// The import panel beside the library: music folders, uploads, and what is running.
import { Button, CloseButton } from '@mantine/core'
import { IconCopy, IconGift } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../../stores'
import { SectionTitle } from '../../../ui'
import { useDemo } from './demo'
import { Folders } from './folders'
import classes from './import.module.css'
import { Jobs } from './jobs'
import { UploadSection } from './upload-section'

export function ImportPanel({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('library')
  return (
    <aside className={classes.panel} aria-label={t('import.title')}>
      <header className={classes.head}>
        <strong>{t('import.title')}</strong>
        <CloseButton onClick={onClose} aria-label={t('import.close')} />
      </header>
      <div className={classes.scroll}>
        <Folders />
        <UploadSection />
        <Jobs />
        <Duplicates />
        <Demo />
      </div>
    </aside>
  )
}

function Duplicates() {
  const { t } = useTranslation('library')
  return (
    <section className={classes.section}>
      <SectionTitle>{t('import.duplicates')}</SectionTitle>
      <p className={classes.hint}>{t('import.duplicatesHint')}</p>
      <Button size="xs" component="a" href="#/duplicates" leftSection={<IconCopy size={14} />}>
        {t('import.duplicatesShow')}
      </Button>
    </section>
  )
}

function Demo() {
  const { t } = useTranslation('library')
  const { trackCount } = useTopic('library')
  const [add, asked] = useDemo()
  return (
    <section className={classes.section}>
      <SectionTitle>{t('import.demo')}</SectionTitle>
      <p className={classes.hint}>{t('import.demoHint')}</p>
      <Button
        size="xs"
        variant={trackCount === 0 ? 'filled' : 'default'}
        leftSection={<IconGift size={14} />}
        loading={asked}
        onClick={() => void add()}
      >
        {t('import.demoAdd')}
      </Button>
    </section>
  )
}
