// Momentary, short-term and integrated loudness against the station's target.
import { useTranslation } from 'react-i18next'
import { formatLevel } from './format'
import { LiveText } from './live-text'
import classes from './meters.module.css'

interface Loudness {
  momentaryLufs: number
  shortTermLufs: number
  integratedLufs: number
}

export interface LoudnessTilesProps {
  read(): Loudness | null
  targetLufs: number
}

/** Further than this from the target, integrated loudness turns amber. */
const toleranceLu = 3
/** Measuring text thirty times a second is unreadable; four is not. */
const refreshMs = 250

export function LoudnessTiles({ read, targetLufs }: LoudnessTilesProps) {
  const { t } = useTranslation('common')
  const tiles = [
    ['M', t('loudness.momentary'), 'momentaryLufs'],
    ['S', t('loudness.shortTerm'), 'shortTermLufs'],
    ['I', t('loudness.integrated'), 'integratedLufs'],
  ] as const
  return (
    <div className={classes.tiles}>
      {tiles.map(([letter, name, key]) => (
        <div key={key} className={classes.tile}>
          <abbr title={name}>{letter}</abbr>
          <LiveText
            className={classes.value}
            text={steadily(() => formatLevel(read()?.[key]))}
            tone={() => {
              const value = read()?.[key]
              const far = value !== undefined && value > -70 && Math.abs(value - targetLufs) > toleranceLu
              return key === 'integratedLufs' && far ? 'far' : 'near'
            }}
          />
        </div>
      ))}
    </div>
  )
}

/** @returns the same answer again until `refreshMs` have passed. */
export function steadily<Value>(read: () => Value): () => Value {
  let at = Number.NEGATIVE_INFINITY
  let value: Value
  return () => {
    const now = performance.now()
    if (now - at >= refreshMs) {
      at = now
      value = read()
    }
    return value
  }
}
