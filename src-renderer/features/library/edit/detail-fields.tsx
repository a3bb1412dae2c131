// Names and kind of a track, and all that is kept about it.
import { trackKinds } from '@contract/library'
import { Rating, SegmentedControl, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { SectionTitle } from '../../../ui'
import type { DraftProblem, TrackDraft } from '../track-draft'
import classes from './edit.module.css'

interface FieldsProps {
  draft: TrackDraft
  onDraft(draft: TrackDraft): void
}

type TextField =
  | 'title'
  | 'artist'
  | 'album'
  | 'genre'
  | 'composer'
  | 'label'
  | 'isrc'
  | 'language'
  | 'year'
  | 'trackNumber'

const limits: Partial<Record<TextField, number>> = { genre: 200, isrc: 20, language: 100, year: 4, trackNumber: 4 }
const problemTexts: Record<DraftProblem, string> = {
  ...{ title: 'library:edit.titleNeeded', year: 'library:edit.yearWrong' },
  ...{ trackNumber: 'metadata:trackNumberWrong', isrc: 'metadata:isrcWrong' },
}

export function DetailFields({ draft, problems, onDraft }: FieldsProps & { problems: DraftProblem[] }) {
  const { t } = useTranslation('metadata')
  const set = (change: Partial<TrackDraft>) => onDraft({ ...draft, ...change })
  const text = (name: TextField) => ({
    label: t(`field.${name}`),
    value: draft[name],
    maxLength: limits[name] ?? 500,
    error: problems.includes(name as DraftProblem) ? t(problemTexts[name as DraftProblem]) : undefined,
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  })
  return (
    <section className={classes.section}>
      <SectionTitle>{t('library:edit.details')}</SectionTitle>
      <div className={classes.fields}>
        <TextInput className={classes.wide} {...text('title')} />
        <TextInput {...text('artist')} />
        <TextInput {...text('album')} />
        <TextInput {...text('composer')} />
        <TextInput {...text('label')} />
        <TextInput {...text('genre')} />
        <TextInput {...text('language')} />
        <div className={classes.pair}>
          <TextInput {...text('year')} inputMode="numeric" />
          <TextInput {...text('trackNumber')} inputMode="numeric" />
        </div>
        <TextInput {...text('isrc')} spellCheck={false} />
        <TagsInput
          className={classes.wide}
          label={t('field.tags')}
          value={draft.tags}
          maxTags={100}
          splitChars={[',', ';']}
          placeholder={draft.tags.length === 0 ? t('tagsHint') : ''}
          onChange={(tags) => set({ tags })}
        />
        <Textarea
          className={classes.wide}
          label={t('field.comment')}
          value={draft.comment}
          maxLength={5000}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) => set({ comment: event.currentTarget.value })}
        />
        <Stars rating={draft.rating} onRating={(rating) => set({ rating })} />
        <Switch
          className={classes.aligned}
          label={t('field.explicit')}
          description={t('explicitHint')}
          checked={draft.explicit}
          onChange={(event) => set({ explicit: event.currentTarget.checked })}
        />
        <Kind kind={draft.kind} onKind={(kind) => set({ kind })} />
      </div>
    </section>
  )
}

/** A second press on the same star takes the rating away. */
function Stars({ rating, onRating }: { rating: number | null; onRating(rating: number | null): void }) {
  const { t } = useTranslation('metadata')
  return (
    <div>
      <div className={classes.label} id="track-rating">
        {t('field.rating')}
      </div>
      <Rating
        aria-labelledby="track-rating"
        value={rating ?? 0}
        getSymbolLabel={(value) => t('stars', { count: value })}
        onChange={(value) => onRating(value === rating || value === 0 ? null : value)}
      />
    </div>
  )
}

function Kind({ kind, onKind }: { kind: TrackDraft['kind']; onKind(kind: TrackDraft['kind']): void }) {
  const { t } = useTranslation('metadata')
  return (
    <div className={classes.wide}>
      <div className={classes.label} id="track-kind">
        {t('library:edit.kind')}
      </div>
      <SegmentedControl
        size="xs"
        aria-labelledby="track-kind"
        value={kind}
        onChange={(value) => onKind(value as TrackDraft['kind'])}
        data={trackKinds.map((each) => ({ value: each, label: t(`library:kindOne.${each}`) }))}
      />
      <p className={classes.hint}>{t('library:edit.kindHint')}</p>
    </div>
  )
}
