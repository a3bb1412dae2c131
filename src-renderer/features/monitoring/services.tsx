// Every room, worker and process: state, process id, processor, memory, restarts.
import type { Service } from '@contract/monitoring'
import { Table } from '@mantine/core'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { useTopic } from '../../stores'
import { formatCount, formatElapsed, Panel, StatusDot, type Tone } from '../../ui'
import { useNow } from '../../ui/use-now'
import classes from './monitoring.module.css'

const tones: Record<Service['state'], Tone> = {
  stopped: 'idle',
  starting: 'busy',
  ready: 'ready',
  running: 'good',
  backingOff: 'warning',
  stalled: 'warning',
  failed: 'bad',
}
const kinds = ['process', 'worker', 'room'] as const

export function Services() {
  const { t } = useTranslation('monitoring')
  const services = useTopic('services')
  const now = useNow()
  return (
    <Panel title={t('services.title')} flush>
      <div className={classes.tableScroll}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('services.name')}</Table.Th>
              <Table.Th>{t('services.state')}</Table.Th>
              <Table.Th ta="right">{t('services.pid')}</Table.Th>
              <Table.Th ta="right">{t('services.cpu')}</Table.Th>
              <Table.Th ta="right">{t('services.memory')}</Table.Th>
              <Table.Th ta="right">{t('services.restarts')}</Table.Th>
              <Table.Th ta="right">{t('services.since')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {services.length === 0 ? (
              <Table.Tr>
                <Table.Td colSpan={7} c="dimmed">
                  {t('services.none')}
                </Table.Td>
              </Table.Tr>
            ) : null}
            {kinds.map((kind) => {
              const members = services.filter((service) => service.kind === kind)
              return members.length === 0 ? null : (
                <Fragment key={kind}>
                  <Table.Tr>
                    <Table.Th colSpan={7} scope="rowgroup" className={classes.group}>
                      {t(`services.kind.${kind}`)}
                    </Table.Th>
                  </Table.Tr>
                  {members.map((service) => (
                    <ServiceRow key={service.id} service={service} now={now} />
                  ))}
                </Fragment>
              )
            })}
          </Table.Tbody>
        </Table>
      </div>
    </Panel>
  )
}

function ServiceRow({ service, now }: { service: Service; now: number }) {
  const { t } = useTranslation('monitoring')
  const { id, state, message, pid, cpuPercent, memoryMb, restarts, since, nextAttemptAt } = service
  const seconds = nextAttemptAt === null ? null : Math.max(0, Math.ceil((nextAttemptAt - now) / 1000))
  return (
    <Table.Tr>
      <Table.Td className={classes.serviceName}>
        <div className="ellipsis" title={id}>
          {useServiceName(service)}
        </div>
      </Table.Td>
      <Table.Td className={classes.serviceState}>
        <StatusDot tone={tones[state]} word={t(`services.states.${state}`)} />
        {seconds === null ? null : <span className={classes.small}>{t('services.nextAttempt', { seconds })}</span>}
        {message ? (
          <span className={`ellipsis ${classes.small}`} title={message}>
            {message}
          </span>
        ) : null}
      </Table.Td>
      <Figure value={pid === null ? '' : String(pid)} />
      <Figure value={cpuPercent === null ? '' : `${cpuPercent.toFixed(1)} %`} />
      <Figure value={memoryMb === null ? '' : `${formatCount(memoryMb)} MB`} />
      <Figure value={formatCount(restarts)} warn={restarts > 0} />
      <Figure value={formatElapsed(now - since)} />
    </Table.Tr>
  )
}

const encoders = ['hls', 'mp3', 'aac', 'opus']

/** Processes are named by what they do for the operator; what has no such name keeps its own. */
function useServiceName({ id, name }: Service): string {
  const { t } = useTranslation('monitoring')
  const { destinations } = useTopic('outputs')
  const { sources } = useTopic('live')
  const [what = '', which = ''] = id.split(/[.:](.*)/s)
  if (what === 'encoder' && encoders.includes(which)) return t(`services.encoder.${which}`)
  if (what === 'feed') return t('services.feed')
  if (what === 'push') {
    const destination = destinations.find((candidate) => String(candidate.id) === which)
    return destination ? t('services.push', { name: destination.name }) : name
  }
  if (what === 'live-decoder') {
    const source = sources.find((candidate) => candidate.id === which)
    return t('services.liveDecoder', { name: source?.presenter ?? '' })
  }
  return name
}

function Figure({ value, warn }: { value: string; warn?: boolean }) {
  return (
    <Table.Td ta="right">
      <span className={`mono ${warn ? classes.warn : 'dim'}`}>{value}</span>
    </Table.Td>
  )
}
