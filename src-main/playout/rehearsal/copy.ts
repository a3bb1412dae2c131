// A copy of what the rotation needs of a station's database, in memory. The station is only read. Used by the worker alone.
import type { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { openMemoryDatabase } from '../../storage/database'

const whole = [
  'playlists',
  'playlistItems',
  'shuffles',
  'shuffleTracks',
  'rotationLists',
  'rotationRules',
  'queueItems',
  'airState',
]
/** The longest separation, and some more. */
const logDays = 31

/** @returns a database whose close is all that has to be cleaned up */
export function copyForRehearsal(path: string, now: number): DatabaseSync {
  const db = openMemoryDatabase()
  db.exec('PRAGMA foreign_keys = OFF')
  const address = pathToFileURL(path)
  address.searchParams.set('mode', 'ro')
  db.prepare('ATTACH ? AS live').run(address.href)
  dropIndexes(db)
  // One moment of the station, whatever is written meanwhile.
  db.exec('BEGIN')
  copyTable(db, 'analyses')
  copyTable(db, 'tracks')
  for (const table of whole) copyTable(db, table)
  copyTable(db, 'logEntries', `WHERE startedAt >= ${Math.round(now) - logDays * 86_400_000}`)
  // What sounds now has its end in the simulation, not in the log.
  db.exec(`UPDATE logEntries SET endedAt = startedAt, endReason = 'end', playedSeconds = 1 WHERE endedAt IS NULL`)
  db.exec('COMMIT')
  db.exec('CREATE INDEX tracksByArtistKey ON tracks (artistKey)')
  db.exec('DETACH live')
  return db
}

/** Those of the tracks serve the library's own screens. */
function dropIndexes(db: DatabaseSync): void {
  const indexes = db.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'tracks' AND sql IS NOT NULL",
  )
  for (const { name } of indexes.all()) db.exec(`DROP INDEX "${name}"`)
}

interface Column {
  name: string
  type: string
}

/** Pictures of the sound stay behind: they are most of a database, and nothing here looks at them. */
function copyTable(db: DatabaseSync, table: string, where = ''): void {
  const columnsOf = (schema: string) =>
    db.prepare(`PRAGMA ${schema}.table_info("${table}")`).all() as unknown as Column[]
  const there = new Set(columnsOf('live').map(({ name }) => name))
  const columns = columnsOf('main').filter(({ name }) => there.has(name))
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const values = columns.map(({ name, type }) => (type === 'BLOB' ? "x''" : `"${name}"`)).join(', ')
  db.exec(`DELETE FROM main."${table}"`)
  db.exec(`INSERT INTO main."${table}" (${names}) SELECT ${values} FROM live."${table}" ${where}`)
}
