// The rotation: when each list is drawn from, how far apart things are kept, what cannot hold, and the days to come.
import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { client, describeError, useAction, useRemote } from '../../client'
import { useMay } from '../../stores'
import { ErrorState, LoadingState, Panel } from '../../ui'
import { Findings } from './findings'
import { ListTable } from './list-table'
import { RehearsalPanel } from './rehearsal-panel'
import classes from './rotation.module.css'
import { SeparationForm } from './separation-form'

export function RotationScreen() {
  const { t } = useTranslation('rotation')
  const may = useMay()('programmer')
  const lists = useRemote((signal) => client.rotation.lists.list(undefined, { signal }), [])
  const rules = useRemote((signal) => client.rotation.rules.get(undefined, { signal }), [])
  const lint = useRemote((signal) => client.rotation.lint(undefined, { signal }), [])
  const [change] = useAction(async (work: () => Promise<unknown>) => {
    await work()
    lists.reload()
    rules.reload()
    lint.reload()
  })
  const error = lists.error ?? rules.error
  if (error && !(lists.data && rules.data)) {
    return <ErrorState message={describeError(error)} effect={t('error')} onRetry={lists.reload} />
  }
  if (!lists.data || !rules.data) return <LoadingState />
  return (
    <div className={classes.screen}>
      <header className={classes.head}>
        <h1>{t('title')}</h1>
        <span className="dim">{t('hint')}</span>
        <Button component="a" href="#/playlists" size="xs" variant="default" leftSection={<IconArrowLeft size={14} />}>
          {t('toPlaylists')}
        </Button>
      </header>
      <div className={classes.columns}>
        <Panel title={t('lists.title')} flush className={classes.lists}>
          <ListTable lists={lists.data} may={may} change={change} />
        </Panel>
        <div className={classes.side}>
          <Panel title={t('separation.title')}>
            <SeparationForm key={JSON.stringify(rules.data)} rules={rules.data} may={may} change={change} />
          </Panel>
          <Panel title={t('lint.title')} flush>
            <Findings findings={lint.data?.findings ?? null} />
          </Panel>
        </div>
      </div>
      <RehearsalPanel lists={lists.data} may={may} />
    </div>
  )
}
