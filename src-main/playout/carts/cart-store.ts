// Pages and carts in the database. Used by this room alone.
import type { DatabaseSync } from 'node:sqlite'
import { type Cart, cartSlots } from '@contract/carts'
import { StationError } from '@contract/errors'
import { inTransaction } from '../../storage'

export type CartRow = Pick<
  Cart,
  'id' | 'pageId' | 'slot' | 'trackId' | 'label' | 'colour' | 'loop' | 'group' | 'mode' | 'midiNote'
>
export interface PageRow {
  id: number
  name: string
}

const columns = 'id, pageId, slot, trackId, label, colour, loops AS "loop", groupName AS "group", mode, midiNote'

export type CartStore = ReturnType<typeof createCartStore>

export function createCartStore(db: DatabaseSync) {
  const pages = db.prepare('SELECT id, name FROM cartPages ORDER BY position, id')
  const addPage = db.prepare(
    'INSERT INTO cartPages (name, position) VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM cartPages))',
  )
  const renamePage = db.prepare('UPDATE cartPages SET name = ? WHERE id = ?')
  const placePage = db.prepare('UPDATE cartPages SET position = ? WHERE id = ?')
  const removePage = db.prepare('DELETE FROM cartPages WHERE id = ?')
  const removeCarts = db.prepare('DELETE FROM carts WHERE pageId = ?')
  const carts = db.prepare(`SELECT ${columns} FROM carts ORDER BY pageId, slot`)
  const one = db.prepare(`SELECT ${columns} FROM carts WHERE id = ?`)
  const insert = db.prepare(
    `INSERT INTO carts (pageId, slot, trackId, label, colour, loops, groupName, mode, midiNote)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const change = db.prepare(
    `UPDATE carts SET pageId = ?, slot = ?, trackId = ?, label = ?, colour = ?, loops = ?, groupName = ?, mode = ?,
       midiNote = ? WHERE id = ?`,
  )
  const place = db.prepare('UPDATE carts SET pageId = ?, slot = ? WHERE id = ?')
  const inPlace = db.prepare('SELECT id FROM carts WHERE pageId = ? AND slot = ? AND id <> ?')
  const taken = db.prepare('SELECT slot FROM carts WHERE pageId = ?')
  const freeNote = db.prepare('UPDATE carts SET midiNote = NULL WHERE midiNote = ? AND id <> ?')
  const remove = db.prepare('DELETE FROM carts WHERE id = ?')

  const rowOf = (row: Record<string, unknown>) => ({ ...row, loop: row['loop'] === 1 }) as CartRow
  const valuesOf = ({ pageId, slot, trackId, label, colour, loop, group, mode, midiNote }: Omit<CartRow, 'id'>) =>
    [pageId, slot, trackId, label, colour, loop ? 1 : 0, group, mode, midiNote] as const

  function page(id: number): PageRow {
    const found = (pages.all() as unknown as PageRow[]).find((row) => row.id === id)
    if (!found) throw new StationError('not_found', `There is no page of carts ${id}.`, { id })
    return found
  }

  function cart(id: number): CartRow {
    const row = one.get(id)
    if (!row) throw new StationError('not_found', `There is no cart ${id}.`, { id })
    return rowOf(row)
  }

  function freeSlot(pageId: number): number {
    const used = new Set(taken.all(pageId).map(({ slot }) => Number(slot)))
    for (let slot = 1; slot <= cartSlots; slot += 1) if (!used.has(slot)) return slot
    throw new StationError('conflict', 'This page is full: take a cart off it, or make another page.')
  }

  return {
    pages: () => pages.all() as unknown as PageRow[],
    /** @throws StationError `not_found` */
    page,
    addPage: (name: string) => Number(addPage.run(name).lastInsertRowid),
    /** @throws StationError `not_found` */
    renamePage(id: number, name: string): void {
      page(id)
      renamePage.run(name, id)
    },
    /** @throws StationError `conflict` when these are not the pages there are */
    orderPages(ids: readonly number[]): void {
      const present = (pages.all() as unknown as PageRow[]).map(({ id }) => id)
      if (new Set(ids).size !== present.length || !present.every((id) => ids.includes(id))) {
        throw new StationError('conflict', 'The pages have changed meanwhile. Load them again, then put them in order.')
      }
      inTransaction(db, () => {
        for (const [position, id] of ids.entries()) placePage.run(position, id)
      })
    },
    /** @throws StationError `not_found` */
    removePage(id: number): void {
      page(id)
      inTransaction(db, () => {
        removeCarts.run(id)
        removePage.run(id)
      })
    },
    carts: () => carts.all().map(rowOf),
    /** @throws StationError `not_found` */
    cart,
    /** @returns its id @throws StationError `not_found`, `conflict` when there is no room */
    add({ slot, ...details }: Omit<CartRow, 'id' | 'slot'> & { slot: number | undefined }): number {
      page(details.pageId)
      if (slot !== undefined && inPlace.get(details.pageId, slot, 0)) {
        throw new StationError('conflict', `Place ${slot} of this page is taken.`, { slot })
      }
      return inTransaction(db, () => {
        const row = { ...details, slot: slot ?? freeSlot(details.pageId) }
        const id = Number(insert.run(...valuesOf(row)).lastInsertRowid)
        if (row.midiNote !== null) freeNote.run(row.midiNote, id)
        return id
      })
    },
    /** Whoever is in the new place comes to the old one; a MIDI note leaves the cart that had it. */
    change(row: CartRow): void {
      const before = cart(row.id)
      page(row.pageId)
      inTransaction(db, () => {
        const other = inPlace.get(row.pageId, row.slot, row.id)
        if (other) place.run(before.pageId, before.slot, Number(other['id']))
        change.run(...valuesOf(row), row.id)
        if (row.midiNote !== null) freeNote.run(row.midiNote, row.id)
      })
    },
    /** @throws StationError `not_found` */
    remove(id: number): void {
      cart(id)
      remove.run(id)
    },
    freeSlot,
  }
}
