// Database, settings, secrets and backups: everything the station keeps.
export { openDatabase, openMemoryDatabase } from './database'
export type { Migration } from './migrate'
export { inTransaction } from './transaction'
