// How a presenter's software is set, with the addresses of this station filled in.
import type { LiveState } from '@contract/live'
import { List, Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../ui'
import { CopyField } from '../../ui/copy-field'
import { Facts } from '../../ui/facts'
import classes from './live.module.css'
import { clientCommand, ffmpegCommand } from './publish-address'

const steps = {
  butt: ['butt1', 'butt2', 'butt3', 'butt4'],
  mixxx: ['mixxx1', 'mixxx2', 'mixxx3', 'mixxx4'],
  obs: ['obs1', 'obs2', 'obs3', 'obs4', 'obs5'],
} as const
type Stepped = keyof typeof steps

export function HowToConnect({ live }: { live: LiveState }) {
  const { t } = useTranslation('live')
  const server = live.rtmp.publishUrl.replace(/\/+$/, '')
  const { host, port, mount } = live.clients
  const values = { server, host, port: String(port), mount: mount.replace(/^\//, '') }
  const key = t('connect.yourKey')
  return (
    <Panel title={t('connect.title')}>
      <Tabs defaultValue="butt" variant="default">
        <Tabs.List>
          {(['butt', 'mixxx', 'obs', 'ffmpeg', 'other'] as const).map((name) => (
            <Tabs.Tab key={name} value={name} px={10}>
              {t(`connect.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {(Object.keys(steps) as Stepped[]).map((name) => (
          <Tabs.Panel key={name} value={name} pt="md">
            {name === 'obs' ? null : <ClientFacts {...values} />}
            <List type="ordered" spacing={6} mt={name === 'obs' ? 0 : 'sm'} className={classes.steps}>
              {steps[name].map((step) => (
                <List.Item key={step}>{t(`connect.${step}`, values)}</List.Item>
              ))}
            </List>
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="ffmpeg" pt="md">
          <p className={classes.hint}>{t('connect.ffmpegClient')}</p>
          <CopyField quiet wrap label={t('connect.ffmpegClient')} value={clientCommand(host, port, mount, key)} />
          <p className={classes.hint}>{t('connect.ffmpegText')}</p>
          <CopyField quiet wrap label={t('connect.ffmpegText')} value={ffmpegCommand(`${server}/${key}`)} />
        </Tabs.Panel>
        <Tabs.Panel value="other" pt="md">
          <ClientFacts {...values} />
          <p className={classes.hint}>{t('connect.clientText')}</p>
          <p className={classes.hint}>{t('connect.otherText', values)}</p>
        </Tabs.Panel>
      </Tabs>
    </Panel>
  )
}

/** What every source client asks for. */
function ClientFacts({ host, port, mount }: { host: string; port: string; mount: string }) {
  const { t } = useTranslation('live')
  return (
    <Facts
      columns={2}
      facts={[
        [t('connect.address'), host],
        [t('connect.port'), port],
        [t('connect.mount'), mount],
        [t('connect.user'), 'source'],
      ]}
    />
  )
}
