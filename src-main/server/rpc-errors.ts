// Turns every error of an operation into what a client is told: in one place, for RPC and REST alike.
import { type ErrorCode, errorStatus, StationError } from '@contract/errors'
import { ValidationError } from '@orpc/contract'
import { ORPCError } from '@orpc/server'
import type { Log } from '../monitoring'

const fromOrpc: Record<string, ErrorCode> = {
  BAD_REQUEST: 'validation',
  UNAUTHORIZED: 'unauthorised',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'not_found',
  PAYLOAD_TOO_LARGE: 'too_large',
  TOO_MANY_REQUESTS: 'rate_limited',
}

const rpcError = (code: ErrorCode, message: string, details?: Record<string, unknown>) =>
  new ORPCError(code, { status: errorStatus[code], message, data: details ? { details } : undefined, defined: true })

const issueText = (error: ValidationError) =>
  error.issues.map((issue) => {
    const path = (issue.path ?? [])
      .map((part) => (typeof part === 'object' ? String(part.key) : String(part)))
      .join('.')
    return { path, message: issue.message }
  })

/**
 * @param error whatever an operation threw
 * @param log where an unexpected error is written whole; the client only learns that it happened
 * @returns an ORPCError whose code is of the closed list in `@contract/errors`
 */
export function toRpcError(error: unknown, log: Log): ORPCError<string, unknown> {
  if (error instanceof StationError) return rpcError(error.code, error.message, error.details)
  if (error instanceof ORPCError) {
    if (error.code in errorStatus) return error
    if (error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
      const issues = issueText(error.cause)
      const message = issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message)).join('; ')
      return rpcError('validation', message || 'The request is not valid.', { issues })
    }
    const code = fromOrpc[error.code]
    if (code) return rpcError(code, error.message)
  }
  if (isFullDisk(error)) return rpcError('unavailable', 'The disk is full: nothing was changed. Free some space.')
  log.error('A request failed unexpectedly.', { error })
  return rpcError('internal', 'Something went wrong inside the station; the log says what.')
}

/** SQLITE_FULL, or the system's own, perhaps as the cause of another error. */
function isFullDisk(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (('errcode' in error && error.errcode === 13) || ('code' in error && error.code === 'ENOSPC')) return true
  return isFullDisk(error.cause)
}

/** Interceptor for every handler of the contract: whatever an operation throws leaves as an error of the closed list. */
export const tellErrors = (log: Log) => [
  async <Result>({ next }: { next(): Promise<Result> }): Promise<Result> => {
    try {
      return await next()
    } catch (error) {
      throw toRpcError(error, log)
    }
  },
]

/** The body of every error on REST. */
export const errorBody = (code: string, message: string, details?: unknown) => ({
  error: details === undefined ? { code, message } : { code, message, details },
})

/** What oRPC itself refuses, a body that is no JSON for example, gets a code of ours as well. */
export const restError = (error: ORPCError<string, unknown>) => {
  const code = error.code in errorStatus ? error.code : (fromOrpc[error.code] ?? 'internal')
  return errorBody(code, error.message, (error.data as { details?: unknown } | undefined)?.details)
}
