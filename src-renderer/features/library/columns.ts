// Which columns the library shows, how wide and in which order: kept by this browser. Pure but for reading what was kept.

export interface ColumnChoice {
  key: string
  /** Pixels; null for as wide as it comes. */
  width: number | null
}

/** Every column there is, in the order of the menu; the station's own fields come behind. */
export const columnKeys = [
  'title',
  'artist',
  'album',
  'genre',
  'year',
  'duration',
  'lufs',
  'tempo',
  'key',
  'energy',
  'plays',
  'played',
  'added',
  'changed',
  'rating',
  'tags',
  'comment',
  'label',
  'composer',
  'isrc',
  'language',
  'trackNumber',
  'explicit',
  'kind',
  'state',
  'peak',
  'format',
  'bitrate',
  'sampleRate',
  'channels',
  'size',
  'fileName',
  'folder',
] as const
export type ColumnKey = (typeof columnKeys)[number]

/** The title is always there: it is what a row is known by. */
export const fixedColumn = 'title'

const narrow: ColumnKey[] = ['title', 'artist', 'duration', 'lufs']
const medium: ColumnKey[] = ['title', 'artist', 'album', 'duration', 'lufs', 'plays']
const wide: ColumnKey[] = ['title', 'artist', 'album', 'genre', 'year', 'duration', 'lufs', 'plays', 'played']
const widest: ColumnKey[] = [...wide.slice(0, 7), 'tempo', 'key', 'energy', 'plays', 'played']

/** As long as nobody has chosen: the least needed go where the table is narrow. @param width of the table, in pixels */
export function columnsByWidth(width: number): ColumnChoice[] {
  const keys = width < 760 ? narrow : width < 1020 ? medium : width < 1180 ? wide : widest
  return keys.map((key) => ({ key, width: null }))
}

export function toggleColumn(columns: readonly ColumnChoice[], key: string): ColumnChoice[] {
  if (columns.some((column) => column.key === key)) {
    return columns.filter((column) => column.key !== key || key === fixedColumn)
  }
  return [...columns, { key, width: null }]
}

/** @param before null is the end */
export function moveColumn(columns: readonly ColumnChoice[], key: string, before: string | null): ColumnChoice[] {
  const moved = columns.find((column) => column.key === key)
  if (!moved || key === before) return [...columns]
  const others = columns.filter((column) => column.key !== key)
  const place = before === null ? others.length : others.findIndex((column) => column.key === before)
  return others.toSpliced(place < 0 ? others.length : place, 0, moved)
}

export const stepColumn = (columns: readonly ColumnChoice[], key: string, step: -1 | 1): ColumnChoice[] => {
  const at = columns.findIndex((column) => column.key === key)
  const other = columns[at + step]
  if (at < 0 || !other) return [...columns]
  return step < 0 ? moveColumn(columns, key, other.key) : moveColumn(columns, other.key, key)
}

export const resizeColumn = (columns: readonly ColumnChoice[], key: string, width: number | null): ColumnChoice[] =>
  columns.map((column) => (column.key === key ? { ...column, width } : column))

/** What was kept may be of another version of the program, or broken. @returns null when it is of no use */
export function readColumns(text: string | undefined): ColumnChoice[] | null {
  try {
    const kept: unknown = JSON.parse(text ?? 'null')
    if (!Array.isArray(kept)) return null
    const columns = kept.flatMap(({ key, width }) =>
      isColumnKey(key)
        ? [{ key, width: typeof width === 'number' && width >= 30 && width <= 2000 ? width : null }]
        : [],
    )
    const once = [...new Map(columns.map((column) => [column.key, column])).values()]
    return once.some(({ key }) => key === fixedColumn) ? once : null
  } catch {
    return null
  }
}

const isColumnKey = (key: unknown): key is string =>
  typeof key === 'string' && ((columnKeys as readonly string[]).includes(key) || /^custom\.[a-z0-9_]{1,40}$/.test(key))
