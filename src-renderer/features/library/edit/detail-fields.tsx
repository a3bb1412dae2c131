// Names and kind of a track, and how loud it plays.
import { trackKinds } from '@contract/library'
import { NumberInput, SegmentedControl, Slider, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatLevel, SectionTitle } from '../../../ui'
import type { DraftProblem, TrackDraft } from '../track-draft'
import classes from './edit.module.css'

interface FieldsProps {
  draft: TrackDraft
  onDraft(draft: TrackDraft): void
}

export function DetailFields({ draft, problems, onDraft }: FieldsProps & { problems: DraftProblem[] }) {
  const { t } = useTranslation('library')
  const set = (change: Partial<TrackDraft>) => onDraft({ ...draft, ...change })
  return (
    <section className={classes.section}>
      <SectionTitle>{t('edit.details')}</SectionTitle>
      <div className={classes.fields}>
        <TextInput
          className={classes.wide}
          label={t('edit.name')}
          value={draft.title}
          maxLength={500}
          error={problems.includes('title') ? t('edit.titleNeeded') : undefined}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <TextInput
          label={t('edit.artist')}
          value={draft.artist}
          maxLength={500}
          onChange={(event) => set({ artist: event.currentTarget.value })}
        />
        <TextInput
          label={t('edit.album')}
          value={draft.album}
          maxLength={500}
          onChange={(event) => set({ album: event.currentTarget.value })}
        />
        <TextInput
          label={t('edit.genre')}
          value={draft.genre}
          maxLength={200}
          onChange={(event) => set({ genre: event.currentTarget.value })}
        />
        <TextInput
          label={t('edit.year')}
          value={draft.year}
          inputMode="numeric"
          error={problems.includes('year') ? t('edit.yearWrong') : undefined}
          onChange={(event) => set({ year: event.currentTarget.value })}
        />
        <div className={classes.wide}>
          <div className={classes.label} id="track-kind">
            {t('edit.kind')}
          </div>
          <SegmentedControl
            size="xs"
            aria-labelledby="track-kind"
            value={draft.kind}
            onChange={(kind) => set({ kind: kind as TrackDraft['kind'] })}
            data={trackKinds.map((kind) => ({ value: kind, label: t(`kindOne.${kind}`) }))}
          />
          <span className={classes.beside}>{t('edit.kindHint')}</span>
        </div>
      </div>
    </section>
  )
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
