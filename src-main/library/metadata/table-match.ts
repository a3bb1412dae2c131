// Finds the track a line of a table means.
import type { DatabaseSync } from 'node:sqlite'
import type { csvMatches } from '@contract/metadata'
import { fold } from '../catalogue/fold'

export type MatchBy = (typeof csvMatches)[number]

const few = 3

export class TrackFinder {
  private readonly statements

  constructor(db: DatabaseSync) {
    this.statements = {
      id: db.prepare('SELECT id FROM tracks WHERE id = ?'),
      path: db.prepare('SELECT id FROM tracks WHERE path = ?'),
      fileName: db.prepare(`SELECT id FROM tracks WHERE fileNameKey = ? LIMIT ${few}`),
      isrc: db.prepare(`SELECT id FROM tracks WHERE isrc = ? AND isrc <> '' LIMIT ${few}`),
      artistTitle: db.prepare(`SELECT id FROM tracks WHERE titleKey = ? AND artistKey = ? LIMIT ${few}`),
    }
  }

  /** @param cell what stands in the column of this name @returns ids; more than one when it is not clear which is meant */
  find(by: MatchBy, cell: (column: string) => string): number[] {
    const idsOf = (rows: Record<string, unknown>[]) => rows.map(({ id }) => Number(id))
    switch (by) {
      case 'id':
        return /^\d{1,15}$/.test(cell('id')) ? idsOf(this.statements.id.all(Number(cell('id')))) : []
      case 'path':
        return idsOf(this.statements.path.all(cell('path')))
      case 'fileName':
        return idsOf(this.statements.fileName.all(cell('fileName').toLowerCase()))
      case 'isrc':
        return idsOf(this.statements.isrc.all(cell('isrc').toUpperCase().replaceAll(/[\s-]/g, '')))
      case 'artistTitle':
        return idsOf(this.statements.artistTitle.all(fold(cell('title')), fold(cell('artist'))))
    }
  }
}

/** The columns a line must fill to be found this way. */
export const neededColumns: Record<MatchBy, readonly string[]> = {
  ...{ id: ['id'], path: ['path'], fileName: ['fileName'], isrc: ['isrc'], artistTitle: ['artist', 'title'] },
}
