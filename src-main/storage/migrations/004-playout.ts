// Tables of the room `playout`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 4,
  name: 'playout',
  up() {},
}
