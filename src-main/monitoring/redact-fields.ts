// Hides secrets in the fields of a log line, at any depth, before they are written.
import { redact } from '../processes'

const secretName =
  /(password|passwd|secret|token|authorization|cookie|passphrase)$|(stream|api|private|publish|presenter)[_-]?key$/i
const deepest = 6

/** @returns a copy of plain data that may be written: secrets hidden, errors as message and stack, cycles cut. */
export function redactFields(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redact(value)
  if (typeof value === 'bigint') return value.toString()
  if (value === null || typeof value !== 'object') return value
  if (depth >= deepest) return '…'
  if (value instanceof Error) return errorFields(value, depth)
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redactFields(item, depth + 1))
  const result: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) {
    result[name] = secretName.test(name) && item != null ? '[hidden]' : redactFields(item, depth + 1)
  }
  return result
}

function errorFields(error: Error, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = { message: redact(error.message) }
  if ('code' in error) fields['code'] = redactFields(error.code, depth + 1)
  if (error.stack) fields['stack'] = redact(error.stack)
  if (error.cause !== undefined) fields['cause'] = redactFields(error.cause, depth + 1)
  return fields
}
