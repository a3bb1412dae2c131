// The closed list of error codes. Rooms throw StationError; the doors turn its code into an HTTP status,
// an RPC error and on-screen text. Nothing is told apart by message text.

/** Every error code with the HTTP status it becomes. */
export const errorStatus = {
  validation: 400,
  unauthorised: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/** An error a person can act on: the message is a whole sentence and holds no secret. */
export class StationError extends Error {
  override readonly name = 'StationError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: Record<string, unknown>,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  get status(): number {
    return errorStatus[this.code]
  }
}
