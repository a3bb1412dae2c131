// Sign-in, sessions, API keys and the audit log.
export { type Access, type AccessDeps, createAccess, type From, type Signed } from './access'
export type { Audit, AuditEntry } from './audit'
