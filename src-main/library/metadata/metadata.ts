// What a music director does with the library's metadata: own fields, many tracks at once, tags in files, tables, pictures.
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import { StationError } from '@contract/errors'
import type { Track } from '@contract/library'
import type { CsvFile, TrackChoice } from '@contract/metadata'
import type { Operations } from '@contract/operations'
import { inTransaction } from '../../storage'
import { type KeptPicture, largestPictureBytes } from '../artwork-store'
import { toTrack } from '../catalogue/track-row'
import { withHand } from '../edit'
import { limitBytes } from '../limit-bytes'
import { changeFor } from './batch-change'
import { Batches } from './batches'
import { chosenIds } from './choice'
import type { CustomFields } from './custom-fields'
import { describeChange } from './describe'
import { previewChange } from './preview'
import { type ExportQuery, exportCsv, exportJson } from './table-export'
import { TableFiles } from './table-files'
import { checkTable, stepsOfTable } from './table-import'
import { TrackFinder } from './table-match'
import { TagWriter, type TagWriterDeps } from './tag-writer'

export interface MetadataDeps extends TagWriterDeps {
  customFields: CustomFields
  dataDir: string
}

/** What travels as bytes and not as JSON. */
export interface MetadataFiles {
  /** @throws StationError `validation` */
  exportTable(format: 'csv' | 'json', query: ExportQuery): Readable
  /** @throws StationError `too_large`, `validation` */
  receiveTable(source: Readable): Promise<CsvFile>
  /** Keeps a picture for a batch. @throws StationError `too_large`, `unprocessable` with the reason */
  receivePicture(source: Readable): Promise<{ picture: string; width: number; height: number }>
  /** @throws StationError as above, and `not_found` */
  setArtwork(trackId: number, source: Readable): Promise<Track>
  /** @throws StationError `not_found` */
  removeArtwork(trackId: number): Track
}

type MetadataOperations = Operations<'metadata'>
type Signed<Operation extends (input: never) => unknown> = (
  input: Parameters<Operation>[0],
  by?: string,
) => ReturnType<Operation>

/** What edits tracks is signed: `by` is the name of the person or key. */
export type SignedMetadata = Omit<MetadataOperations, 'batch' | 'csv'> & {
  batch: Pick<MetadataOperations['batch'], 'preview' | 'list'> & {
    [Name in 'apply' | 'undo']: Signed<MetadataOperations['batch'][Name]>
  }
  csv: Pick<MetadataOperations['csv'], 'check' | 'discard'> & { apply: Signed<MetadataOperations['csv']['apply']> }
}

export interface Metadata {
  operations: SignedMetadata
  files: MetadataFiles
  settled(): Promise<void>
  close(): Promise<void>
}

export function createMetadata(deps: MetadataDeps): Metadata {
  const { db, tracks, customFields, dataDir } = deps
  const batches = new Batches(deps)
  const writer = new TagWriter(deps)
  const files = new TableFiles(join(dataDir, 'tables'))
  const finder = new TrackFinder(db)
  const checkCustom = (values: Record<string, string>) => customFields.checked(values)
  const tables = { tracks, files, finder, checkCustom }
  const changeOf = (change: Parameters<typeof changeFor>[0]) => changeFor(change, checkCustom)
  return {
    operations: {
      fields: {
        list: () => customFields.list(),
        create: (field) => customFields.add(field),
        update: ({ key, name }) => customFields.rename(key, name),
        remove: ({ key, confirm }) => removeField(deps, batches, key, confirm),
      },
      batch: {
        preview: async ({ change, ...choice }) => {
          const fieldsFor = changeOf(change)
          return previewChange(tracks, await chosenIds(db, choice), fieldsFor)
        },
        async apply({ change, label, ...choice }, by = '') {
          const fields = changeOf(change)
          refuseNothing(choice)
          return batches.start('edit', label || describeChange(change), by, async () =>
            (await chosenIds(db, choice)).map((trackId) => ({ trackId, fields })),
          )
        },
        list: () => batches.list(),
        undo: ({ batchId }, by = '') => batches.undo(batchId, by),
      },
      write(choice) {
        refuseNothing(choice)
        return writer.start(writeLabel(deps, choice), () => chosenIds(db, choice))
      },
      csv: {
        check: (plan) => checkTable(tables, plan),
        async apply(plan, by = '') {
          await files.find(plan.fileId)
          return batches.start('csv', 'CSV', by, (job) => stepsOfTable(tables, plan, job))
        },
        async discard({ fileId }) {
          await files.discard(fileId)
          return { ok: true }
        },
      },
    },
    files: { ...pictureDoors(deps), ...tableDoors(deps, files) },
    async settled() {
      await batches.settled()
      await writer.settled()
    },
    async close() {
      await batches.close()
      await writer.close()
    },
  }
}

/** Said at once, not by a job that fails. @throws StationError `validation` */
function refuseNothing(choice: TrackChoice): void {
  const { trackIds, all, ...search } = choice
  const asked = Object.values(search).some((value) => value !== undefined && value !== '')
  if (trackIds && (asked || all)) throw new StationError('validation', 'Name either tracks or a search, not both.')
  if (!trackIds && !asked && !all) {
    throw new StationError('validation', 'Name the tracks by trackIds, by a search, or say all.')
  }
}

function writeLabel({ tracks }: MetadataDeps, { trackIds, q }: TrackChoice): string {
  const [only] = trackIds ?? []
  if (trackIds?.length === 1 && only !== undefined) return tracks.byId(only)?.fileName ?? `#${only}`
  return trackIds ? `${trackIds.length} files` : (q ?? '')
}

function tableDoors({ db, customFields }: MetadataDeps, files: TableFiles) {
  return {
    exportTable: (format: 'csv' | 'json', query: ExportQuery) =>
      format === 'json'
        ? exportJson(db, query)
        : exportCsv(
            db,
            query,
            customFields.list().map(({ key }) => key),
          ),
    receiveTable: (source: Readable) => files.receive(source),
  }
}

function pictureDoors({ db, tracks, readers, artworkFolder, announcer }: MetadataDeps) {
  const rowOf = (id: number) => {
    const row = tracks.byId(id)
    if (!row) throw new StationError('not_found', 'There is no such track.', { id })
    return row
  }
  const put = (id: number, artwork: string | null): Track => {
    const row = rowOf(id)
    inTransaction(db, () => tracks.edit(row, withHand(row, { artwork })))
    announcer.note(id)
    announcer.flush()
    return toTrack(rowOf(id))
  }
  const receivePicture = async (source: Readable) => {
    const tooLarge = () => new StationError('too_large', 'A picture can have at most 16 MB.')
    const limited = limitBytes(largestPictureBytes, tooLarge)
    source.on('error', (error) => limited.destroy(error))
    const bytes = new Uint8Array(await buffer(source.pipe(limited)))
    const kept = await readers.run<KeptPicture>(
      { type: 'keepPicture', artworkFolder, bytes },
      { urgent: true, timeoutSeconds: 60 },
    )
    if (!kept.ok) throw new StationError('unprocessable', kept.why)
    const { picture, width, height } = kept
    return { picture, width, height }
  }
  return {
    receivePicture,
    async setArtwork(id: number, source: Readable) {
      rowOf(id)
      return put(id, (await receivePicture(source)).picture)
    },
    removeArtwork: (id: number) => put(id, null),
  }
}

const idsAtOnce = 2000

/** @throws StationError `conflict` with the number of tracks, unless nobody uses it or it was confirmed */
async function removeField(deps: MetadataDeps, batches: Batches, key: string, confirm: boolean) {
  const { db, customFields } = deps
  const { name } = customFields.get(key)
  const ids = await tracksWith(db, key)
  if (ids.length > 0 && !confirm) {
    const tracks = ids.length
    const sentence = `${tracks === 1 ? '1 track has' : `${tracks} tracks have`} a value in the field ${name}. Confirm to remove the field and its values.`
    throw new StationError('conflict', sentence, { tracks })
  }
  customFields.remove(key)
  if (ids.length > 0) {
    const fields = changeFor({ clearCustom: [key] }, (values) => values)
    batches.start('edit', `${name}: –`, '', async () => ids.map((trackId) => ({ trackId, fields })))
  }
  return { ok: true as const, tracks: ids.length }
}

async function tracksWith(db: MetadataDeps['db'], key: string): Promise<number[]> {
  const last = Number(db.prepare('SELECT max(id) AS last FROM tracks').get()?.['last'] ?? 0)
  const look = db.prepare(
    "SELECT id FROM tracks WHERE id > ? AND id <= ? AND custom <> '{}' AND instr(custom, ?) > 0 ORDER BY id",
  )
  const ids: number[] = []
  for (let from = 0; from < last; from += idsAtOnce) {
    ids.push(...look.all(from, from + idsAtOnce, `"${key}":`).map(({ id }) => Number(id)))
    await turn()
  }
  return ids
}
