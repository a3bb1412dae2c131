// GOING OUT: every output and destination with its state in a word, delay, listeners, and one step that helps.
import type { Destination, Output } from '@contract/outputs'
import { useTranslation } from 'react-i18next'
import { client, stationNow, useAction } from '../../client'
import { useMay, useTopic } from '../../stores'
import { formatCount, formatElapsed, formatLatency, LiveText, SectionTitle, StatusDot } from '../../ui'
import classes from './on-air.module.css'
import { heardWrong, outputTone } from './output-tone'

export function GoingOut() {
  const { t } = useTranslation('on-air')
  const { outputs, destinations } = useTopic('outputs')
  const { onAir } = useTopic('air')
  return (
    <section>
      <SectionTitle>{t('out.title')}</SectionTitle>
      {outputs.map((output) => (
        <OutputLine key={output.id} output={output} onAir={onAir} />
      ))}
      {destinations.map((destination) => (
        <DestinationLine key={destination.id} destination={destination} onAir={onAir} />
      ))}
      {destinations.length === 0 ? (
        <p className={classes.note}>
          <a className="link-button" style={{ margin: 0, paddingLeft: 0, whiteSpace: 'normal' }} href="#/outputs">
            {t('out.addDestination')}
          </a>
        </p>
      ) : null}
    </section>
  )
}

function OutputLine({ output, onAir }: { output: Output; onAir: boolean }) {
  const { t } = useTranslation('on-air')
  const waiting = !onAir && output.state !== 'failed'
  const wrong = heardWrong(output)
  const word = waiting ? t('out.waiting') : wrong ? t(`out.heard.${wrong}`) : t(`out.state.${output.state}`)
  return (
    <div className={classes.line}>
      <span className={classes.name} title={output.heard?.why ?? output.message ?? undefined}>
        <StatusDot tone={waiting ? 'idle' : wrong ? 'bad' : outputTone(output.state)} word={word} quiet />
        <span className="ellipsis">{output.label}</span>
        {(output.state === 'running' && !wrong) || waiting ? null : (
          <span className={wrong || output.state === 'failed' ? classes.bad : classes.warn}>{word}</span>
        )}
      </span>
      <span className={classes.figures} title={t('out.latencyHint')}>
        {output.latencyMs === null || waiting ? '' : t('out.latency', { seconds: formatLatency(output.latencyMs) })}
      </span>
      <span className={classes.listeners} title={t('out.listeners', { count: output.listeners })}>
        {formatCount(output.listeners)}
      </span>
    </div>
  )
}

function DestinationLine({ destination, onAir }: { destination: Destination; onAir: boolean }) {
  const { t } = useTranslation('on-air')
  const may = useMay()
  const [start, starting] = useAction(() => client.outputs.destinations.start({ id: destination.id }))
  const [stop, stopping] = useAction(() => client.outputs.destinations.stop({ id: destination.id }))
  const [retry, retrying] = useAction(() => client.outputs.destinations.retry({ id: destination.id }))
  const asked = starting || stopping || retrying
  const { name, state, wanted, message } = destination
  const waiting = wanted && !onAir && state !== 'failed'
  const action = waiting ? 'stop' : actionOf(destination)
  const run = { start, stop, retry }[action]
  return (
    <div className={classes.line}>
      <span className={classes.name} title={message ?? undefined}>
        <StatusDot
          tone={waiting ? 'idle' : outputTone(state)}
          word={waiting ? t('out.waiting') : t(`out.state.${state}`)}
          quiet
        />
        <span className="ellipsis">{name}</span>
        <DestinationNote destination={destination} waiting={waiting} />
      </span>
      <span className={classes.figures}>
        {state === 'running' ? <LiveText text={() => formatElapsed(stationNow() - destination.since)} /> : ''}
      </span>
      {may('programmer') ? (
        <button
          type="button"
          className="link-button"
          disabled={asked}
          onClick={() => void run()}
          aria-label={t(`out.${action}Named`, { name })}
        >
          {asked ? t('out.asked') : t(`out.${action}`)}
        </button>
      ) : (
        <span />
      )}
    </div>
  )
}

function DestinationNote({ destination, waiting }: { destination: Destination; waiting: boolean }) {
  const { t } = useTranslation('on-air')
  const { state, nextAttemptAt } = destination
  if (state === 'running' || state === 'off' || waiting) return null
  if (state === 'retrying' && nextAttemptAt !== null) {
    return (
      <LiveText
        className={classes.warn}
        text={() => t('out.retryIn', { count: Math.max(0, Math.ceil((nextAttemptAt - stationNow()) / 1000)) })}
      />
    )
  }
  return <span className={state === 'failed' ? classes.bad : classes.warn}>{t(`out.state.${state}`)}</span>
}

/** The one step that helps most. */
function actionOf({ state, wanted }: Destination): 'start' | 'stop' | 'retry' {
  if (!wanted || state === 'off') return 'start'
  return state === 'retrying' || state === 'failed' || state === 'stalled' ? 'retry' : 'stop'
}
