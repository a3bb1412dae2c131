import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../monitoring'
import { toRpcError } from './rpc-errors'

describe('an error of the station', () => {
  it('says that the disk is full when the database cannot grow', () => {
    const db = new DatabaseSync(':memory:')
    db.exec('CREATE TABLE notes (text TEXT); PRAGMA max_page_count = 3')
    let error: unknown
    try {
      db.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000))
    } catch (thrown) {
      error = thrown
    }
    db.close()
    expect(toRpcError(error, silentLog)).toMatchObject({ code: 'unavailable', message: /disk is full/ })
    expect(toRpcError(new Error('else'), silentLog)).toMatchObject({ code: 'internal' })
  })
})
