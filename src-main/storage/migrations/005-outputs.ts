// Tables of the room `outputs`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 5,
  name: 'outputs',
  up() {},
}
