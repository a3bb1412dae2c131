// A station without music: three ways to get some.
import { Button, TextInput } from '@mantine/core'
import { IconFolderPlus, IconSparkles } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, desktop, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { FolderBrowser } from '../library/import/folder-browser'
import { AddFilesButton } from './file-drop'
import classes from './first-run.module.css'
import { JobLine } from './job-line'

export function FirstRun() {
  const { t } = useTranslation('on-air')
  const may = useMay()
  const { jobs } = useTopic('library')
  const [browsing, setBrowsing] = useState(false)
  const [typed, setTyped] = useState('')
  const [addFolder, adding] = useAction((path: string) => client.library.folders.add({ path }))
  const [takeDemo, takingDemo] = useAction(() => client.library.importDemo())
  const choose = async () => {
    const path = await desktop()?.chooseFolder()
    if (path) await addFolder(path)
  }
  const addTyped = (event: FormEvent) => {
    event.preventDefault()
    void addFolder(typed.trim())
  }
  return (
    <section className={classes.first}>
      <h2 className={classes.title}>{t('first.title')}</h2>
      <p className="dim">{may('programmer') ? t('first.hint') : t('first.viewer')}</p>
      {may('programmer') ? (
        <div className={classes.choices}>
          <div className={classes.choice}>
            <IconFolderPlus size={28} stroke={1.4} aria-hidden="true" />
            <strong>{t('first.folder')}</strong>
            <p>{t('first.folderHint')}</p>
            {desktop() ? (
              <Button variant="filled" loading={adding} onClick={() => void choose()}>
                {t('first.folderDo')}
              </Button>
            ) : (
              <form className={classes.path} onSubmit={addTyped}>
                <TextInput
                  aria-label={t('first.path')}
                  placeholder={t('first.pathExample')}
                  value={typed}
                  onChange={(event) => setTyped(event.currentTarget.value)}
                  spellCheck={false}
                />
                {typed.trim() ? (
                  <Button type="submit" variant="filled" loading={adding}>
                    {t('first.folderDo')}
                  </Button>
                ) : (
                  <Button variant="filled" loading={adding} onClick={() => setBrowsing(true)}>
                    {t('first.browse')}
                  </Button>
                )}
              </form>
            )}
          </div>
          <div className={classes.choice}>
            <IconSparkles size={28} stroke={1.4} aria-hidden="true" />
            <strong>{t('first.demo')}</strong>
            <p>{t('first.demoHint')}</p>
            <Button loading={takingDemo} onClick={() => void takeDemo()}>
              {t('first.demoDo')}
            </Button>
          </div>
        </div>
      ) : null}
      <div className={classes.drop}>
        <span>{t('first.drop')}</span>
        <AddFilesButton small />
      </div>
      <div className={classes.jobs}>
        {jobs.map((job) => (
          <JobLine key={job.id} job={job} />
        ))}
      </div>
      {browsing ? (
        <FolderBrowser
          startAt={undefined}
          adding={adding}
          onClose={() => setBrowsing(false)}
          onChoose={(path) => {
            setBrowsing(false)
            void addFolder(path)
          }}
        />
      ) : null}
    </section>
  )
}
