// Templates of reports: which columns, under which headings. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { ReportTemplate } from '@contract/rights'

type Saved = ReportTemplate & { id: number }

export function createTemplates(db: DatabaseSync) {
  const all = db.prepare('SELECT id, name, template FROM reportTemplates ORDER BY name')
  const one = db.prepare('SELECT id, name, template FROM reportTemplates WHERE id = ?')
  const named = db.prepare('SELECT id FROM reportTemplates WHERE name = ? AND id <> ?')
  const insert = db.prepare('INSERT INTO reportTemplates (name, template) VALUES (?, ?)')
  const update = db.prepare('UPDATE reportTemplates SET name = ?, template = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM reportTemplates WHERE id = ?')

  const read = (row: Record<string, unknown>): Saved => ({
    ...(JSON.parse(String(row['template'])) as Omit<ReportTemplate, 'name'>),
    id: Number(row['id']),
    name: String(row['name']),
  })
  const get = (id: number): Saved => {
    const row = one.get(id)
    if (!row) throw new StationError('not_found', `There is no report template ${id}.`, { id })
    return read(row)
  }
  const checkName = (name: string, id: number) => {
    if (!named.get(name, id)) return
    throw new StationError('conflict', `There is a report template “${name}” already.`, { name })
  }

  return {
    list: () => all.all().map(read),
    get,
    create({ name, ...template }: ReportTemplate): Saved {
      checkName(name, 0)
      return get(Number(insert.run(name, JSON.stringify(template)).lastInsertRowid))
    },
    update({ id, name, ...template }: Saved): Saved {
      get(id)
      checkName(name, id)
      update.run(name, JSON.stringify(template), id)
      return get(id)
    },
    remove(id: number): void {
      get(id)
      remove.run(id)
    },
  }
}
