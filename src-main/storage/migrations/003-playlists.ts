// Tables of the room `playlists`.
import type { Migration } from '../migrate'

export const migration: Migration = {
  version: 3,
  name: 'playlists',
  up() {},
}
