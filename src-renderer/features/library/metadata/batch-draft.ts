// What stands in the dialog for many tracks before it is applied. A field that is not named stays as it is. Pure.
import type { BatchChange, clearableFields, replaceableFields } from '@contract/metadata'

export type ClearableField = (typeof clearableFields)[number]
export type ReplaceableField = (typeof replaceableFields)[number]

export const textFields = [
  'title',
  'artist',
  'album',
  'composer',
  'label',
  'genre',
  'language',
  'isrc',
  'comment',
] as const
export type BatchText = (typeof textFields)[number] | 'year' | 'trackNumber'

export interface BatchDraft {
  /** As typed; empty for what stays. */
  texts: Partial<Record<BatchText, string>>
  rating: number | null
  explicit: boolean | null
  kind: string | null
  custom: Record<string, string>
  clear: ReadonlySet<ClearableField>
  clearCustom: ReadonlySet<string>
  addTags: string[]
  removeTags: string[]
  picture: string | null
  replaceIn: ReplaceableField[]
  find: string
  replaceBy: string
  matchCase: boolean
  wholeWords: boolean
}

export const emptyDraft: BatchDraft = {
  ...{ texts: {}, rating: null, explicit: null, kind: null, custom: {} },
  ...{ clear: new Set(), clearCustom: new Set(), addTags: [], removeTags: [], picture: null },
  ...{ replaceIn: ['title'], find: '', replaceBy: '', matchCase: false, wholeWords: false },
}

/** @returns null while nothing is to change */
export function changeOf(draft: BatchDraft): BatchChange | null {
  const set: Record<string, unknown> = {}
  for (const [name, typed = ''] of Object.entries(draft.texts)) {
    if (typed.trim() === '' || draft.clear.has(name as ClearableField)) continue
    set[name] = name === 'year' || name === 'trackNumber' ? Number(typed) : typed.trim()
  }
  if (draft.rating !== null) set['rating'] = draft.rating
  if (draft.explicit !== null) set['explicit'] = draft.explicit
  if (draft.kind !== null) set['kind'] = draft.kind
  if (draft.picture !== null) set['artwork'] = draft.picture
  const custom = Object.entries(draft.custom).filter(([key, value]) => value !== '' && !draft.clearCustom.has(key))
  if (custom.length > 0) set['custom'] = Object.fromEntries(custom)
  const change: BatchChange = {}
  if (Object.keys(set).length > 0) change.set = set as BatchChange['set']
  if (draft.clear.size > 0) change.clear = [...draft.clear]
  if (draft.clearCustom.size > 0) change.clearCustom = [...draft.clearCustom]
  if (draft.addTags.length > 0) change.addTags = draft.addTags
  if (draft.removeTags.length > 0) change.removeTags = draft.removeTags
  if (draft.find !== '' && draft.replaceIn.length > 0) {
    const { replaceIn: fields, find, replaceBy, matchCase, wholeWords } = draft
    change.replace = { fields, find, with: replaceBy, matchCase, wholeWords }
  }
  return Object.keys(change).length > 0 ? change : null
}

/** @returns the typed numbers that are none */
export const wrongNumbers = (draft: BatchDraft): BatchText[] =>
  (['year', 'trackNumber'] as const).filter((name) => {
    const typed = draft.texts[name]?.trim() ?? ''
    return typed !== '' && !/^\d{1,4}$/.test(typed)
  })
