// What a destination may not be, and the sentence that says so. Pure.
import { StationError } from '@contract/errors'
import type { StoredDestination } from './destination-store'
import type { DestinationKind, Target } from './target'

/** Each one that runs is a process with an encoder of its own. */
const most = 20

export interface NamedTarget extends Target {
  id: number
  name: string
}

const conflict = (message: string): never => {
  throw new StationError('conflict', message)
}
const same = (one: string, other: string) => one.toLocaleLowerCase() === other.toLocaleLowerCase()

/** @throws StationError conflict when there are as many as there may be */
export function room(all: readonly StoredDestination[]): void {
  if (all.length >= most) conflict(`There are ${most} destinations, which is the most: remove one first.`)
}

/** @throws StationError conflict for a name another one has */
export function name(all: readonly StoredDestination[], id: number | null, wanted: string): void {
  const other = all.find((stored) => stored.id !== id && same(stored.name, wanted))
  if (other) conflict(`There is a destination named ${other.name} already: choose another name.`)
}

/** @returns the name, numbered where others have it */
export function freeName(all: readonly StoredDestination[], wanted: string): string {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? wanted : `${wanted} ${number}`
    if (!all.some((stored) => same(stored.name, tried))) return tried
  }
}

/** Two senders with one key throw each other out for ever. @throws StationError conflict */
export function target(all: readonly NamedTarget[], id: number | null, wanted: Target): void {
  const text = ({ url, options }: Target) => [url, ...options].join(' ')
  const other = all.find((known) => known.id !== id && text(known) === text(wanted))
  if (other) conflict(`${other.name} sends there with the same key already: one key takes one sender.`)
}

/** @throws StationError conflict for a kind that cannot do without a key */
export function keyGiven(kind: DestinationKind, key: string): void {
  if (key !== '') return
  if (kind === 'telegram') conflict('Give the stream key first: Telegram shows it in the live stream dialogue.')
  if (kind === 'icecast') conflict('Give the source password of the Icecast server first.')
}

export const refuseLostKey = (): never => conflict('Its key cannot be opened any more: enter it again, then start it.')

export const refuseNoTelegram = (): never =>
  conflict('Telegram is not set up yet: give its server URL and stream key first.')
