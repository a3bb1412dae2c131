// Taking a table over: first only to see what it would do, then as a batch that can be taken back.
import type { CsvCheck, CsvPlan } from '@contract/metadata'
import { changesOf, namedChanges } from '../catalogue/edit-trail'
import type { TrackStore } from '../catalogue/track-store'
import type { RunningJob } from '../jobs'
import { fieldsOfWider, shownChange } from './batch-change'
import type { Step } from './batches'
import type { TableFiles } from './table-files'
import { checkPlan, type LineReader, tableLines } from './table-lines'

const shownIssues = 500
const shownChanges = 100

export interface TableImportDeps extends LineReader {
  tracks: TrackStore
  files: TableFiles
}

/** @throws StationError `not_found`, `validation` */
export async function checkTable(deps: TableImportDeps, plan: CsvPlan): Promise<CsvCheck> {
  const table = await deps.files.find(plan.fileId)
  checkPlan(plan, table.file)
  const counts = { lines: 0, matched: 0, changing: 0, unmatched: 0, ambiguous: 0, invalid: 0 }
  const check: CsvCheck = { ...counts, issues: [], first: [] }
  for await (const line of tableLines(deps, table, plan)) {
    check.lines++
    if (line.kind !== 'found') {
      check[line.kind === 'unmatched' || line.kind === 'ambiguous' ? line.kind : 'invalid']++
      if (check.issues.length < shownIssues) check.issues.push(line)
      continue
    }
    const row = deps.tracks.byId(line.trackId)
    if (!row) continue
    check.matched++
    const changes = changesOf(row, fieldsOfWider(row, line.edit))
    if (namedChanges(changes).size === 0) continue
    check.changing++
    if (check.first.length < shownChanges) check.first.push({ ...shownChange(row, changes), line: line.line })
  }
  return check
}

/** What the table would write; lines that mean no track are told to the job. */
export async function stepsOfTable(deps: TableImportDeps, plan: CsvPlan, job: RunningJob): Promise<Step[]> {
  const table = await deps.files.find(plan.fileId)
  checkPlan(plan, table.file)
  const steps: Step[] = []
  for await (const line of tableLines(deps, table, plan)) {
    if (job.cancelled.signal.aborted) return []
    if (line.kind !== 'found') job.fail(`line ${line.line}`, line.text)
    else steps.push({ trackId: line.trackId, fields: (row) => fieldsOfWider(row, line.edit) })
  }
  return steps
}
