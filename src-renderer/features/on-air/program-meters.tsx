// PROGRAM: left and right with held peaks, loudness against the target, true peak, gain reduction, spectrum.
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { client, useRemote } from '../../client'
import { useMeterLane, useTopic } from '../../stores'
import {
  formatLevel,
  LevelMeter,
  LiveText,
  LoudnessTiles,
  meterFraction,
  SectionTitle,
  Spectrum,
  steadily,
} from '../../ui'
import classes from './program-meters.module.css'

const scale = [-60, -40, -20, -9, 0]
/** A reading older than this is not shown as if it were now. */
const staleMs = 1500

export function ProgramMeters() {
  const { t } = useTranslation('on-air')
  const { onAir } = useTopic('air')
  const lane = useMeterLane()
  const target = useTargetLufs()
  const read = () => (onAir && performance.now() - lane.receivedAt < staleMs ? lane.latest : null)
  return (
    <section>
      <div className={classes.head}>
        <SectionTitle>{t('meter.title')}</SectionTitle>
        <span className={classes.target}>{t('meter.target', { target: formatLevel(target, 0) })}</span>
      </div>
      <Channel label={t('meter.left')} letter="L" index={0} read={read} />
      <Channel label={t('meter.right')} letter="R" index={1} read={read} />
      <div className={classes.scale} aria-hidden="true">
        {scale.map((mark) => (
          <span key={mark} style={{ left: `${meterFraction(mark) * 100}%` }}>
            {formatLevel(mark, 0)}
          </span>
        ))}
      </div>
      <LoudnessTiles read={read} targetLufs={target} />
      <dl className={classes.figures}>
        <Figure name={t('meter.truePeak')} unit="dBTP" value={() => formatLevel(read()?.truePeakDbtp)} />
        <Figure name={t('meter.limiter')} unit="dB" value={() => formatLevel(reduction(read()?.gainReductionDb))} />
      </dl>
      <div className={classes.spectrum}>
        <Spectrum bandsDbfs={() => read()?.spectrumDbfs ?? null} height={44} />
      </div>
    </section>
  )
}

interface ChannelProps {
  label: string
  letter: string
  index: 0 | 1
  read(): { peakDbfs: [number, number]; rmsDbfs: [number, number] } | null
}

function Channel({ label, letter, index, read }: ChannelProps) {
  const held = useRef(-60)
  return (
    <div className={classes.channel}>
      <span className="dim" aria-hidden="true">
        {letter}
      </span>
      <LevelMeter
        label={label}
        peakDbfs={() => read()?.peakDbfs[index] ?? null}
        rmsDbfs={() => read()?.rmsDbfs[index] ?? -120}
        onHold={(hold) => {
          held.current = hold
        }}
      />
      <LiveText className={classes.held} text={() => (held.current <= -60 ? '–' : formatLevel(held.current))} />
    </div>
  )
}

function Figure({ name, unit, value }: { name: string; unit: string; value(): string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <LiveText className="mono" text={steadily(value)} /> {unit}
      </dd>
    </div>
  )
}

/** Shown as what the limiter takes away, never as a gain. */
const reduction = (decibels: number | undefined) => (decibels === undefined ? null : -Math.abs(decibels))

function useTargetLufs(): number {
  const { revision } = useTopic('settings')
  const { data } = useRemote(async (signal) => client.station.settings.list(undefined, { signal }), [revision])
  const value = data?.find((setting) => setting.key === 'playout.targetLufs')?.value
  return typeof value === 'number' ? value : -16
}
