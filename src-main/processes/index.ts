// The only room that starts processes. Works in the main thread and in worker threads alike.
export { protectSecret, redact } from './redact'
