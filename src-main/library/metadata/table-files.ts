// Tables that were sent for taking over: kept as UTF-8 in the data folder for a day, and what their first lines say.
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable as Source, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StationError } from '@contract/errors'
import { type CsvFile, csvFields } from '@contract/metadata'
import { type CsvError, parse } from 'csv-parse/sync'
import { limitBytes } from '../limit-bytes'
import { byteOrderMark, delimiterOf, type Encoding, parseOptions, singleByteEncoding } from './table-text'

export const largestTableBytes = 64 * 1024 * 1024
type Decoder = InstanceType<typeof TextDecoder>

const keptMs = 24 * 3_600_000
const pieceBytes = 32 * 1024

export class TableFiles {
  private readonly known = new Map<string, CsvFile>()

  /** @param folder in the data folder; made when needed */
  constructor(private readonly folder: string) {}

  /** @throws StationError `too_large`, `validation` when it is no table */
  async receive(source: Source): Promise<CsvFile> {
    await mkdir(this.folder, { recursive: true })
    await this.forgetOld()
    const fileId = randomUUID()
    const [raw, path] = [join(this.folder, `${fileId}.raw`), this.pathOf(fileId)]
    const tooLarge = () => new StationError('too_large', 'A table can have at most 64 MB. Send it in parts.')
    try {
      await pipeline(source, limitBytes(largestTableBytes, tooLarge), createWriteStream(raw))
      const { encoding, decoder } = await encodingOf(raw)
      await pipeline(createReadStream(raw, { highWaterMark: pieceBytes }), decoding(decoder), createWriteStream(path))
      const file = { fileId, encoding, ...(await firstLines(path)) }
      this.known.set(fileId, file)
      return file
    } catch (error) {
      await rm(path, { force: true })
      throw error
    } finally {
      await rm(raw, { force: true })
    }
  }

  /** @throws StationError `not_found` */
  async find(fileId: string): Promise<{ file: CsvFile; path: string }> {
    const path = this.pathOf(fileId)
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    if (!isThere) throw new StationError('not_found', 'This table is not kept any more. Send it again.')
    const known = this.known.get(fileId)
    if (known) return { file: known, path }
    const file: CsvFile = { fileId, encoding: 'UTF-8', ...(await firstLines(path)) }
    this.known.set(fileId, file)
    return { file, path }
  }

  async discard(fileId: string): Promise<void> {
    const { path } = await this.find(fileId)
    this.known.delete(fileId)
    await rm(path, { force: true })
  }

  private pathOf(fileId: string): string {
    if (!/^[0-9a-f-]{36}$/.test(fileId)) throw new StationError('not_found', 'There is no such table.')
    return join(this.folder, `${fileId}.csv`)
  }

  private async forgetOld(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const found = await stat(join(this.folder, name)).catch(() => null)
      if (!found || Date.now() - found.mtimeMs < keptMs) continue
      this.known.delete(name.replace(/\.\w+$/, ''))
      await rm(join(this.folder, name), { force: true })
    }
  }
}

/** Reads it through once: bytes that are UTF-8 to the end are UTF-8. */
async function encodingOf(path: string): Promise<{ encoding: Encoding; decoder: Decoder }> {
  const handle = await open(path)
  const head = Buffer.alloc(4)
  await handle.read(head, 0, 4, 0)
  await handle.close()
  const mark = byteOrderMark(head)
  if (mark === 'utf-16le' || mark === 'utf-16be') return { encoding: 'UTF-16', decoder: new TextDecoder(mark) }
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const high: Buffer[] = []
  let isUtf8 = true
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) {
    try {
      if (isUtf8) utf8.decode(piece as Buffer, { stream: true })
    } catch {
      isUtf8 = false
    }
    if (high.length < 64) high.push(piece as Buffer)
  }
  if (isUtf8) return { encoding: 'UTF-8', decoder: new TextDecoder('utf-8') }
  const encoding = singleByteEncoding(Buffer.concat(high))
  return { encoding, decoder: new TextDecoder(encoding.toLowerCase()) }
}

const decoding = (decoder: Decoder): Transform =>
  new Transform({
    transform: (piece: Buffer, _encoding, done) => done(null, decoder.decode(piece, { stream: true })),
    flush: (done) => done(null, decoder.decode()),
  })

async function firstLines(path: string): Promise<Omit<CsvFile, 'fileId' | 'encoding'>> {
  const handle = await open(path)
  const head = Buffer.alloc(256 * 1024)
  const { bytesRead } = await handle.read(head, 0, head.length, 0)
  await handle.close()
  const text = new TextDecoder('utf-8').decode(head.subarray(0, bytesRead))
  if (text.includes('\0')) throw new StationError('validation', 'This is not a table but some other kind of file.')
  const delimiter = delimiterOf(text)
  const [columns, ...sample] = records(text, delimiter, bytesRead < head.length)
  if (!columns || columns.every((name) => name.trim() === '')) {
    throw new StationError('validation', 'The table is empty: its first line must name the columns.')
  }
  const names = columns.map((name) => name.trim())
  if (names.length > 500) throw new StationError('validation', 'A table can have at most 500 columns.')
  const repeated = names.find((name, index) => name !== '' && names.indexOf(name) !== index)
  if (repeated)
    throw new StationError('validation', `Two columns are named “${repeated.slice(0, 60)}”. Rename one of them.`)
  const shown = sample.slice(0, 5).map((cells) => cells.map((cell) => cell.slice(0, 200)))
  return { delimiter, columns: names, sample: shown, suggested: suggest(names, sample) }
}

function records(text: string, delimiter: string, whole: boolean): string[][] {
  try {
    return parse(text, { ...parseOptions, info: false, delimiter, to: 6 }) as string[][]
  } catch (error) {
    // The piece may end within a quoted cell; then fewer lines are shown.
    if (!whole) return parse(text.split(/\r?\n/, 1)[0] ?? '', { ...parseOptions, info: false, delimiter }) as string[][]
    throw new StationError('validation', `This table cannot be read: ${(error as CsvError).message}`)
  }
}

const otherNames: Record<string, string[]> = {
  id: ['track id', 'trackid'],
  path: ['file', 'location', 'pfad', 'full path'],
  fileName: ['file name', 'file', 'dateiname', 'datei'],
  title: ['name', 'song', 'titel', 'track title', 'название'],
  artist: ['artists', 'performer', 'interpret', 'künstler', 'исполнитель'],
  album: ['альбом', 'release'],
  genre: ['style', 'жанр'],
  year: ['date', 'jahr', 'год'],
  trackNumber: ['track', 'track number', 'no', 'nr', 'tracknumber'],
  comment: ['comments', 'notes', 'kommentar'],
  composer: ['composers', 'komponist', 'writer'],
  label: ['record label', 'publisher', 'лейбл'],
  isrc: ['isrc code'],
  language: ['sprache', 'lang'],
  rating: ['stars', 'bewertung'],
  tags: ['tag', 'keywords', 'schlagworte'],
  kind: ['type', 'art', 'track type'],
}

function suggest(names: readonly string[], sample: readonly string[][]): CsvFile['suggested'] {
  const columns: Record<string, string> = {}
  const holdsPaths = (name: string) => sample.some((cells) => /[\\/]/.test(cells[names.indexOf(name)] ?? ''))
  for (const what of ['id', 'path', 'fileName', ...csvFields]) {
    const wanted = [what.toLowerCase(), ...(otherNames[what] ?? [])]
    // A column "File" may hold either.
    const fits = (name: string) =>
      (what !== 'path' || name === 'path' || holdsPaths(name)) && wanted.includes(name.toLowerCase())
    const name = names.find(fits)
    if (name !== undefined && !Object.values(columns).includes(name)) columns[what] = name
  }
  for (const name of names) if (/^custom\.[a-z0-9_]{1,40}$/.test(name)) columns[name] = name
  const match = (['id', 'path', 'isrc', 'fileName'] as const).filter((what) => columns[what] !== undefined)
  const named = columns['artist'] !== undefined && columns['title'] !== undefined
  return { match: [...match, ...(named ? (['artistTitle'] as const) : [])], columns }
}
