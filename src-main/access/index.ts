// Sign-in, sessions, API keys and the audit log.
export { type Access, createAccess } from './access'
