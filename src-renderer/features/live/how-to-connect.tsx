// How a presenter's software is set, with the addresses of this station filled in.
import { List, Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../ui'
import { CopyField } from '../../ui/copy-field'
import classes from './live.module.css'
import { ffmpegCommand } from './publish-address'

export function HowToConnect({ publishUrl }: { publishUrl: string }) {
  const { t } = useTranslation('live')
  const server = publishUrl.replace(/\/+$/, '')
  return (
    <Panel title={t('connect.title')}>
      <Tabs defaultValue="obs" variant="default">
        <Tabs.List>
          <Tabs.Tab value="obs">{t('connect.obs')}</Tabs.Tab>
          <Tabs.Tab value="ffmpeg">{t('connect.ffmpeg')}</Tabs.Tab>
          <Tabs.Tab value="other">{t('connect.other')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="obs" pt="md">
          <List type="ordered" spacing={6} className={classes.steps}>
            <List.Item>{t('connect.obs1')}</List.Item>
            <List.Item>{t('connect.obs2', { server })}</List.Item>
            <List.Item>{t('connect.obs3')}</List.Item>
            <List.Item>{t('connect.obs4')}</List.Item>
            <List.Item>{t('connect.obs5')}</List.Item>
          </List>
        </Tabs.Panel>
        <Tabs.Panel value="ffmpeg" pt="md">
          <p className={classes.hint}>{t('connect.ffmpegText')}</p>
          <CopyField
            quiet
            wrap
            label={t('connect.ffmpeg')}
            value={ffmpegCommand(`${server}/${t('connect.yourKey')}`)}
          />
        </Tabs.Panel>
        <Tabs.Panel value="other" pt="md">
          <p className={classes.hint}>{t('connect.otherText')}</p>
        </Tabs.Panel>
      </Tabs>
    </Panel>
  )
}
