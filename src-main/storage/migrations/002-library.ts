// Tables of the room `library`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 2,
  name: 'library',
  up() {},
}
