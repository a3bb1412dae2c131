// How the columns of a table are used: chosen column by column, sent field by field. Pure.
import { type CsvFile, type CsvPlan, csvFields, type csvMatches } from '@contract/metadata'

export type MatchBy = (typeof csvMatches)[number]

export interface CsvDraft {
  /** What each column is, in the order of the file; empty for not used. */
  uses: string[]
  match: MatchBy[]
  emptyClears: boolean
}

export const keyFields = ['id', 'path', 'fileName'] as const
export const tableFields = csvFields

export function draftOfFile(file: CsvFile): CsvDraft {
  const whatOf = new Map(Object.entries(file.suggested.columns).map(([what, column]) => [column, what]))
  const uses = file.columns.map((column) => whatOf.get(column) ?? '')
  return { uses, match: possible(file.suggested.match, uses), emptyClears: false }
}

const needed: Record<MatchBy, readonly string[]> = {
  ...{ id: ['id'], path: ['path'], fileName: ['fileName'], isrc: ['isrc'], artistTitle: ['artist', 'title'] },
}

export const canMatch = (by: MatchBy, uses: readonly string[]): boolean =>
  needed[by].every((what) => uses.includes(what))
const possible = (match: readonly MatchBy[], uses: readonly string[]) => match.filter((by) => canMatch(by, uses))

/** One column for each meaning: the one chosen last. */
export function withUse(draft: CsvDraft, index: number, what: string): CsvDraft {
  const uses = draft.uses.map((each, place) => (place === index ? what : each === what ? '' : each))
  return { ...draft, uses, match: possible(draft.match, uses) }
}

export function withMatch(draft: CsvDraft, by: MatchBy, on: boolean): CsvDraft {
  const match = on ? [...draft.match, by] : draft.match.filter((each) => each !== by)
  return { ...draft, match }
}

/** @returns null while nothing says which track a line means */
export function planOf(file: CsvFile, draft: CsvDraft): CsvPlan | null {
  if (draft.match.length === 0) return null
  const columns: Record<string, string> = {}
  for (const [index, what] of draft.uses.entries()) {
    const column = file.columns[index]
    if (what !== '' && column !== undefined) columns[what] = column
  }
  return { fileId: file.fileId, match: draft.match, columns, emptyClears: draft.emptyClears }
}
