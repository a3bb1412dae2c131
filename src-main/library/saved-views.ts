// Views of the library kept under a name: search, filters, sort and columns.
import type { DatabaseSync } from 'node:sqlite'
import { StationError } from '@contract/errors'
import type { LibraryView } from '@contract/library'
import type { Operations } from '@contract/operations'

type Content = Omit<LibraryView, 'id' | 'name' | 'createdAt' | 'updatedAt'>

interface ViewRow {
  id: number
  name: string
  view: string
  createdAt: number
  updatedAt: number
}

const plain: Content = { q: '', kind: null, state: null, sort: 'title', order: 'asc', columns: [] }

const shown = ({ view, ...row }: ViewRow): LibraryView => ({ ...row, ...plain, ...(JSON.parse(view) as Content) })

export function createSavedViews(db: DatabaseSync): Operations<'library'>['views'] {
  const statements = {
    list: db.prepare('SELECT * FROM savedViews ORDER BY name COLLATE NOCASE'),
    get: db.prepare('SELECT * FROM savedViews WHERE id = ?'),
    named: db.prepare('SELECT id FROM savedViews WHERE name = ?'),
    insert: db.prepare('INSERT INTO savedViews (name, view, createdAt, updatedAt) VALUES (?, ?, ?, ?)'),
    update: db.prepare('UPDATE savedViews SET name = ?, view = ?, updatedAt = ? WHERE id = ?'),
    remove: db.prepare('DELETE FROM savedViews WHERE id = ?'),
  }
  const get = (id: number): LibraryView => {
    const row = statements.get.get(id) as unknown as ViewRow | undefined
    if (!row) throw new StationError('not_found', 'There is no such view.', { id })
    return shown(row)
  }
  const refuseName = (name: string, id: number | null) => {
    const other = statements.named.get(name)
    if (other && other['id'] !== id) throw new StationError('conflict', `There is a view "${name}" already.`, { name })
  }
  return {
    list: () => (statements.list.all() as unknown as ViewRow[]).map(shown),
    create({ name, ...view }) {
      refuseName(name, null)
      const now = Date.now()
      const { lastInsertRowid } = statements.insert.run(name, JSON.stringify({ ...plain, ...view }), now, now)
      return get(Number(lastInsertRowid))
    },
    update({ id, ...change }) {
      const { id: _id, createdAt: _created, updatedAt: _updated, ...before } = get(id)
      const { name, ...view } = { ...before, ...change }
      refuseName(name, id)
      statements.update.run(name, JSON.stringify(view), Date.now(), id)
      return get(id)
    },
    remove({ id }) {
      get(id)
      statements.remove.run(id)
      return { ok: true }
    },
  }
}
