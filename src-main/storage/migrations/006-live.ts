// Tables of the room `live`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 6,
  name: 'live',
  up() {},
}
