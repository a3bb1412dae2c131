// One stream that listeners connect to: its state, address, figures, bit rate and restart.
import type { Output } from '@contract/outputs'
import { ActionIcon, Popover, Tooltip } from '@mantine/core'
import { IconAdjustments, IconHeadphones, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useAction } from '../../client'
import { useTopic } from '../../stores'
import { ConfirmButton, formatCount, formatLatency, StatusDot } from '../../ui'
import { CopyField } from '../../ui/copy-field'
import { heardWrong, outputTone } from '../on-air/output-tone'
import { HeardLine } from './heard-line'
import { OutputSettings } from './output-settings'
import classes from './outputs.module.css'

export function OutputCard({ output }: { output: Output }) {
  const { t } = useTranslation('outputs')
  const { id, label, state, message, kbps, latencyMs, listeners, restarts, droppedBlocks } = output
  const { onAir } = useTopic('air')
  const waiting = !onAir && state === 'off' && kbps > 0
  const wrong = heardWrong(output)
  const problem = waiting ? null : (output.heard?.why ?? message)
  return (
    <article className={classes.card} data-state={waiting ? 'off' : wrong ? 'failed' : state}>
      <header className={classes.cardHead}>
        <strong>{label}</strong>
        <StatusDot
          tone={waiting ? 'idle' : wrong ? 'bad' : outputTone(state)}
          word={t(waiting ? 'state.waiting' : wrong ? `heard.state.${wrong}` : `state.${state}`)}
        />
        <span className={classes.push} />
        <Configure output={output} />
        {state === 'off' ? null : <Restart output={output} />}
      </header>
      <p className={classes.cardHint} data-problem={problem !== null || undefined}>
        {problem ?? t(`kind.${id}`)}
      </p>
      <div className={classes.figures}>
        <Figure name={t('listeners')} value={formatCount(listeners)} icon={<IconHeadphones size={14} />} />
        <Figure
          name={t('latency')}
          value={latencyMs === null ? t('latencyUnknown') : `${formatLatency(latencyMs)} s`}
        />
        <Figure name={t('rate')} value={id === 'hls' ? '64–192' : kbps === 0 ? '–' : String(kbps)} />
      </div>
      <div className={classes.small} data-warn={restarts + droppedBlocks > 0 || undefined}>
        {`${t('restarts')} ${formatCount(restarts)} · ${t('dropped')} ${formatCount(droppedBlocks)}`}
      </div>
      <HeardLine heard={output.heard} />
      <CopyField quiet label={t('copyUrl')} value={output.url} />
    </article>
  )
}

function Figure({ name, value, icon }: { name: string; value: string; icon?: React.ReactNode }) {
  return (
    <div className={classes.figure}>
      <span>
        {icon}
        {name}
      </span>
      <b>{value}</b>
    </div>
  )
}

function Configure({ output }: { output: Output }) {
  const { t } = useTranslation('outputs')
  const [opened, setOpened] = useState(false)
  const label = t('settings', { output: output.label })
  return (
    <Popover opened={opened} onChange={setOpened} width={280} trapFocus position="bottom-end">
      <Popover.Target>
        <Tooltip label={label}>
          <ActionIcon onClick={() => setOpened(!opened)} aria-label={label} aria-expanded={opened}>
            <IconAdjustments size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <OutputSettings output={output} onDone={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Restart({ output }: { output: Output }) {
  const { t } = useTranslation('outputs')
  const { id, label, listeners } = output
  const [restart, restarting] = useAction(() => client.outputs.restart({ id }))
  const question = [
    t('restartTitle', { output: label }),
    t('restartText', { count: listeners, formatted: formatCount(listeners) }),
  ].join(' ')
  return (
    <ConfirmButton
      variant="subtle"
      size="xs"
      px={6}
      loading={restarting}
      question={question}
      confirm={t('restart')}
      onConfirm={() => void restart()}
      aria-label={`${t('restart')}: ${label}`}
    >
      <IconRefresh size={16} />
    </ConfirmButton>
  )
}
