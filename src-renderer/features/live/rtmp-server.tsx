// The RTMP server: state, addresses, start, stop, restart and how it is set.
import type { LiveState } from '@contract/live'
import { ActionIcon, Alert, Button, Tooltip } from '@mantine/core'
import { IconAdjustments, IconInfoCircle, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { ConfirmButton, formatCount, formatElapsed, Panel, StatusDot, type Tone } from '../../ui'
import { CopyField } from '../../ui/copy-field'
import { Facts } from '../../ui/facts'
import { useNow } from '../../ui/use-now'
import classes from './live.module.css'
import { isLocalOnly } from './publish-address'
import { RtmpConfig } from './rtmp-config'

type Rtmp = LiveState['rtmp']
const tones: Record<Rtmp['state'], Tone> = { stopped: 'idle', starting: 'busy', running: 'good', failed: 'bad' }

export function RtmpServer({ rtmp, sourceCount }: { rtmp: Rtmp; sourceCount: number }) {
  const { t } = useTranslation('live')
  const [configuring, setConfiguring] = useState(false)
  const running = rtmp.state === 'running'
  return (
    <Panel
      title={t('server.title')}
      actions={
        <>
          <StatusDot tone={tones[rtmp.state]} word={t(`server.state.${rtmp.state}`)} />
          <Tooltip label={t('server.configure')}>
            <ActionIcon onClick={() => setConfiguring(true)} aria-label={t('server.configure')}>
              <IconAdjustments size={16} />
            </ActionIcon>
          </Tooltip>
        </>
      }
    >
      <div className={classes.server}>
        {rtmp.message ? (
          <Alert color="red" variant="light" role="alert">
            {rtmp.message}
          </Alert>
        ) : null}
        <CopyField label={t('server.publishTo')} value={rtmp.publishUrl} />
        <CopyField label={t('server.playFrom')} value={rtmp.playUrl} />
        <ServerFacts rtmp={rtmp} />
        {running && isLocalOnly(rtmp.host) ? (
          <p className={classes.note}>
            <IconInfoCircle size={14} aria-hidden="true" /> {t('server.localOnly')}
          </p>
        ) : null}
        <ServerButtons running={running || rtmp.state === 'starting'} sourceCount={sourceCount} />
      </div>
      {configuring ? <RtmpConfig onClose={() => setConfiguring(false)} /> : null}
    </Panel>
  )
}

function ServerFacts({ rtmp }: { rtmp: Rtmp }) {
  const { t } = useTranslation('live')
  const now = useNow()
  return (
    <Facts
      columns={2}
      facts={[
        [t('server.connections'), formatCount(rtmp.connections)],
        [t('server.since'), rtmp.since === null ? '–' : formatElapsed(now - rtmp.since)],
      ]}
    />
  )
}

function ServerButtons({ running, sourceCount }: { running: boolean; sourceCount: number }) {
  const { t } = useTranslation('live')
  const [start, starting] = useAction(() => client.live.rtmp.start())
  const [stop, stopping] = useAction(() => client.live.rtmp.stop())
  const [restart, restarting] = useAction(() => client.live.rtmp.restart())
  if (!running) {
    return (
      <Button
        variant="filled"
        leftSection={<IconPlayerPlay size={16} />}
        loading={starting}
        onClick={() => void start()}
      >
        {t('server.start')}
      </Button>
    )
  }
  const cuts = t('server.stopText', { count: sourceCount, formatted: formatCount(sourceCount) })
  return (
    <div className={classes.serverButtons}>
      {sourceCount > 0 ? (
        <>
          <ConfirmButton
            variant="danger"
            leftSection={<IconPlayerStop size={16} />}
            question={cuts}
            confirm={t('server.stop')}
            loading={stopping}
            onConfirm={() => void stop()}
          >
            {t('server.stop')}
          </ConfirmButton>
          <ConfirmButton
            leftSection={<IconRefresh size={16} />}
            question={cuts}
            confirm={t('server.restart')}
            loading={restarting}
            onConfirm={() => void restart()}
          >
            {t('server.restart')}
          </ConfirmButton>
        </>
      ) : (
        <>
          <Button
            variant="danger"
            leftSection={<IconPlayerStop size={16} />}
            loading={stopping}
            onClick={() => void stop()}
          >
            {t('server.stop')}
          </Button>
          <Button leftSection={<IconRefresh size={16} />} loading={restarting} onClick={() => void restart()}>
            {t('server.restart')}
          </Button>
        </>
      )}
    </div>
  )
}
