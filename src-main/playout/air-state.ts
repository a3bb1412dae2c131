// What a start after a crash goes on from: whether the station was on air, and what was running where. One row, written as it changes.
import type { DatabaseSync } from 'node:sqlite'
import type { TolerantWrite } from '../monitoring'
import type { NewEntry } from './queue'

/** The running item of the queue. */
export interface KeptItem extends NewEntry {
  startedAt: number
}

export interface KeptAir {
  onAir: boolean
  since: number
  item: KeptItem | null
  positionSeconds: number | null
  /** When the position was so, in milliseconds since epoch; the last sign of life of an earlier run. */
  positionAt: number | null
}

export class AirState {
  readonly #onAir
  readonly #item
  readonly #position
  readonly #read

  constructor(
    db: DatabaseSync,
    now: number,
    private readonly write: TolerantWrite,
  ) {
    db.prepare('INSERT INTO airState (id, onAir, since) VALUES (1, 0, ?) ON CONFLICT DO NOTHING').run(now)
    this.#onAir = db.prepare('UPDATE airState SET onAir = ?, since = ?')
    this.#item = db.prepare('UPDATE airState SET item = ?, positionSeconds = ?, positionAt = ?')
    this.#position = db.prepare('UPDATE airState SET positionSeconds = ?, positionAt = ?')
    this.#read = db.prepare('SELECT onAir, since, item, positionSeconds, positionAt FROM airState')
  }

  read(): KeptAir {
    const row = this.#read.get() as unknown as Omit<KeptAir, 'onAir' | 'item'> & { onAir: number; item: string | null }
    return { ...row, onAir: row.onAir === 1, item: row.item === null ? null : (JSON.parse(row.item) as KeptItem) }
  }

  /** None of these throws: the air does not wait for the disk. */
  setOnAir(onAir: boolean, since: number): void {
    this.write(() => this.#onAir.run(onAir ? 1 : 0, since))
  }

  setItem(item: KeptItem | null, positionSeconds: number | null, at: number): void {
    this.write(() => this.#item.run(item ? JSON.stringify(item) : null, positionSeconds, at))
  }

  setPosition(positionSeconds: number, at: number): void {
    this.write(() => this.#position.run(positionSeconds, at))
  }
}
