// Rules of the lists and of the separation in the database. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import type { Daypart, ListRule, Separation } from '@contract/rotation'
import { separationDefaults } from './separation'

export interface ListRules {
  rule: ListRule
  everySongs: number | null
  everyMinutes: number | null
  atMinute: number | null
  dayparts: Daypart[]
}

export interface RotationListRow extends ListRules {
  id: number
  name: string
  role: string
  kind: string
  weight: number
  credit: number
}

export const standardRules: ListRules = {
  rule: 'standard',
  everySongs: null,
  everyMinutes: null,
  atMinute: null,
  dayparts: [],
}

const columns = `playlists.id, playlists.name, playlists.role, playlists.kind, weight, coalesce(credit, 0) AS credit,
  coalesce(rule, 'standard') AS rule, everySongs, everyMinutes, atMinute, coalesce(dayparts, '[]') AS dayparts`
const source = `playlists LEFT JOIN shuffles ON shuffles.playlistId = playlists.id
  LEFT JOIN rotationLists ON rotationLists.playlistId = playlists.id`

export type RulesStore = ReturnType<typeof createRulesStore>

export function createRulesStore(db: DatabaseSync) {
  const all = db.prepare(
    `SELECT ${columns} FROM ${source} WHERE removed = 0 ORDER BY name COLLATE NOCASE, playlists.id`,
  )
  // A list without a track is as good as none.
  const inRole = db.prepare(
    `SELECT ${columns} FROM ${source} WHERE role = ? AND removed = 0
       AND EXISTS (SELECT 1 FROM shuffleTracks WHERE shuffleTracks.playlistId = playlists.id) ORDER BY playlists.id`,
  )
  const save = db.prepare(
    `INSERT INTO rotationLists (playlistId, rule, everySongs, everyMinutes, atMinute, dayparts) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET rule = excluded.rule, everySongs = excluded.everySongs,
       everyMinutes = excluded.everyMinutes, atMinute = excluded.atMinute, dayparts = excluded.dayparts`,
  )
  const readRules = db.prepare('SELECT rules FROM rotationRules')
  const saveRules = db.prepare(
    'INSERT INTO rotationRules (id, rules) VALUES (1, ?) ON CONFLICT DO UPDATE SET rules = excluded.rules',
  )
  const setCredit = db.prepare('UPDATE shuffles SET credit = ? WHERE playlistId = ?')

  const rowOf = (row: Record<string, unknown>): RotationListRow => ({
    ...(row as unknown as RotationListRow),
    dayparts: row['dayparts'] === '[]' ? [] : (JSON.parse(String(row['dayparts'])) as Daypart[]),
  })

  return {
    /** Every playlist, in use or not, by name. */
    all: () => all.all().map(rowOf),
    inRole: (role: 'rotation' | 'fallback') => inRole.all(role).map(rowOf),
    save: (playlistId: number, { rule, everySongs, everyMinutes, atMinute, dayparts }: ListRules) =>
      void save.run(playlistId, rule, everySongs, everyMinutes, atMinute, JSON.stringify(dayparts)),
    separation(): Separation {
      const text = readRules.get()?.['rules']
      return text === undefined
        ? separationDefaults
        : { ...separationDefaults, ...(JSON.parse(String(text)) as object) }
    },
    saveSeparation: (rules: Separation) => void saveRules.run(JSON.stringify(rules)),
    setCredit: (playlistId: number, credit: number) => void setCredit.run(credit, playlistId),
  }
}
