// The fields of a destination: where to, and what picture and sound.
import { NumberInput, PasswordInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SectionTitle } from '../../ui'
import {
  type AudioBitrate,
  audioBitrates,
  type DestinationDraft,
  type DraftProblems,
  videoSizes,
} from './destination-draft'
import classes from './outputs.module.css'
import { schemesOf, splitPasted } from './stream-address'

interface FieldsProps {
  draft: DestinationDraft
  onDraft(draft: DestinationDraft): void
}

interface AddressFieldsProps extends FieldsProps {
  problems: DraftProblems
  /** The last four characters of the key the engine holds. */
  storedHint: string | null
}

export function AddressFields({ draft, onDraft, problems, storedHint }: AddressFieldsProps) {
  const { t } = useTranslation('outputs')
  const [split, setSplit] = useState(false)
  const { kind } = draft
  const schemes = schemesOf(kind).join(', ')
  const setServer = (text: string) => {
    const { serverUrl, streamKey } = splitPasted(kind, text)
    setSplit(streamKey !== null)
    onDraft({ ...draft, serverUrl, ...(streamKey === null ? {} : { streamKey }) })
  }
  return (
    <section className={classes.formSection}>
      {kind === 'telegram' ? <SectionTitle>{`2 · ${t('telegram.step2')}`}</SectionTitle> : null}
      <div className={classes.fields}>
        <TextInput
          className={kind === 'telegram' ? undefined : classes.wide}
          label={t('form.name')}
          placeholder={t(`form.namePlaceholder.${kind}`)}
          value={draft.name}
          maxLength={100}
          error={problems.name ? t(`form.problem.${problems.name}`) : undefined}
          onChange={(event) => onDraft({ ...draft, name: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          className={kind === 'telegram' ? undefined : classes.wide}
          classNames={{ input: classes.code }}
          label={t('form.serverUrl')}
          placeholder={t(`form.serverPlaceholder.${kind}`)}
          value={draft.serverUrl}
          description={kind === 'telegram' ? undefined : t('form.serverHint', { schemes })}
          error={problems.serverUrl ? t(`form.problem.${problems.serverUrl}`, { schemes }) : undefined}
          onChange={(event) => setServer(event.currentTarget.value)}
        />
        <PasswordInput
          className={classes.wide}
          classNames={{ innerInput: classes.code }}
          label={t(`form.streamKey.${kind}`)}
          value={draft.streamKey}
          maxLength={2000}
          autoComplete="off"
          description={
            split ? t('form.keySplit') : storedHint ? t('form.keyKept', { hint: storedHint }) : t('form.keySecret')
          }
          error={problems.streamKey ? t(`form.problem.${problems.streamKey}`) : undefined}
          onChange={(event) => onDraft({ ...draft, streamKey: event.currentTarget.value })}
        />
      </div>
    </section>
  )
}

export function SoundFields({ draft, onDraft }: FieldsProps) {
  const { t } = useTranslation('outputs')
  const { kind, video } = draft
  const setVideo = (change: Partial<DestinationDraft['video']>) => onDraft({ ...draft, video: { ...video, ...change } })
  return (
    <section className={classes.formSection}>
      {kind === 'telegram' ? <SectionTitle>{`3 · ${t('telegram.step3')}`}</SectionTitle> : null}
      {kind === 'telegram' ? <p className={classes.hint}>{t('form.videoNeeded')}</p> : null}
      {kind === 'rtmp' || kind === 'srt' ? (
        <Switch
          label={t('form.videoOn')}
          checked={video.enabled}
          onChange={(event) => setVideo({ enabled: event.currentTarget.checked })}
        />
      ) : null}
      <div className={classes.fields}>
        {kind !== 'icecast' && video.enabled ? (
          <>
            <Select
              label={t('form.size')}
              value={video.size}
              onChange={(size) => setVideo({ size: size as DestinationDraft['video']['size'] })}
              data={videoSizes.map((size) => ({ value: size, label: t(`form.sizes.${size}`) }))}
            />
            <NumberInput
              label={t('form.videoRate')}
              value={video.kbps}
              min={100}
              max={6000}
              step={100}
              allowDecimal={false}
              suffix=" kbit/s"
              onChange={(kbps) => typeof kbps === 'number' && setVideo({ kbps })}
            />
            <NumberInput
              label={t('form.framesPerSecond')}
              value={video.framesPerSecond}
              min={1}
              max={30}
              allowDecimal={false}
              onChange={(frames) => typeof frames === 'number' && setVideo({ framesPerSecond: frames })}
            />
          </>
        ) : null}
        <Select
          label={t('form.audioRate')}
          value={String(draft.audioBitrateKbps)}
          onChange={(rate) => onDraft({ ...draft, audioBitrateKbps: Number(rate) as AudioBitrate })}
          data={audioBitrates.map((rate) => ({ value: String(rate), label: t('kbps', { rate }) }))}
        />
        {kind === 'icecast' ? (
          <div>
            <div className={classes.label} id="destination-format">
              {t('form.format')}
            </div>
            <SegmentedControl
              aria-labelledby="destination-format"
              value={draft.format}
              onChange={(format) => onDraft({ ...draft, format: format as DestinationDraft['format'] })}
              data={(['mp3', 'aac', 'opus'] as const).map((value) => ({ value, label: t(`form.formats.${value}`) }))}
            />
          </div>
        ) : null}
      </div>
    </section>
  )
}
