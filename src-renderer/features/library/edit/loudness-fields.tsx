// How loud a track plays: by the station's target, or by hand.
import { NumberInput, SegmentedControl, Slider, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatLevel, SectionTitle } from '../../../ui'
import type { TrackDraft } from '../track-draft'
import classes from './edit.module.css'

interface FieldsProps {
  draft: TrackDraft
  onDraft(draft: TrackDraft): void
}

const gain = { least: -24, most: 12 }

export function LoudnessFields({ draft, onDraft }: FieldsProps) {
  const { t } = useTranslation('library')
  const byHand = draft.gainDb !== null
  const setGain = (gainDb: number | null) => onDraft({ ...draft, gainDb })
  return (
    <section className={classes.section}>
      <SectionTitle>{t('edit.loudness')}</SectionTitle>
      <div className={classes.gain}>
        <SegmentedControl
          size="xs"
          aria-label={t('edit.gain')}
          value={byHand ? 'hand' : 'auto'}
          onChange={(mode) => setGain(mode === 'hand' ? (draft.gainDb ?? 0) : null)}
          data={[
            { value: 'auto', label: t('edit.gainAuto') },
            { value: 'hand', label: t('edit.gainOwn') },
          ]}
        />
        {byHand ? (
          <div className={classes.gainValue}>
            <Slider
              min={gain.least}
              max={gain.most}
              step={0.1}
              value={draft.gainDb ?? 0}
              onChange={setGain}
              thumbLabel={t('edit.gain')}
              label={(value) => `${formatLevel(value)} dB`}
              marks={[{ value: 0, label: '0' }]}
              size={4}
            />
            <NumberInput
              size="xs"
              w={96}
              aria-label={t('edit.gain')}
              value={draft.gainDb ?? 0}
              min={gain.least}
              max={gain.most}
              step={0.5}
              decimalScale={1}
              suffix=" dB"
              onChange={(typed) => typeof typed === 'number' && setGain(typed)}
            />
          </div>
        ) : null}
        <Switch
          label={t('edit.quietByDesign')}
          description={t('edit.quietByDesignHint')}
          checked={draft.quietByDesign}
          onChange={(event) => onDraft({ ...draft, quietByDesign: event.currentTarget.checked })}
        />
      </div>
    </section>
  )
}
