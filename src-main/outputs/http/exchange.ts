// One request and its answer, for the routes of the listener plane.
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Without the query. */
  path: string
  /** With its question mark, or empty. */
  query: string
}

/** Web pages of any origin may read what listeners may hear. */
export const openToAll = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'icy-br, icy-description, icy-genre, icy-metaint, icy-name, icy-url, Content-Length, Date',
}

export function reply(
  exchange: Exchange,
  status: number,
  headers: Record<string, string>,
  body: Buffer | string,
): void {
  const { request, response } = exchange
  if (response.destroyed || response.headersSent) return
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  response.writeHead(status, { ...headers, 'Content-Length': length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

export function replyJson(
  exchange: Exchange,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  const type = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-cache', ...openToAll }
  reply(exchange, status, { ...type, ...headers }, typeof value === 'string' ? value : JSON.stringify(value))
}

/** The error shape of the control plane, with a sentence for whoever reads it. */
export function replyError(
  exchange: Exchange,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  replyJson(exchange, status, { error: { code, message } }, headers)
}

/** @returns a valid `host[:port]` of the request, or null */
export function hostOf(request: IncomingMessage): string | null {
  const host = request.headers.host ?? ''
  return /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host) && host.length < 256 ? host : null
}

export const acceptsGzip = (request: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(request.headers['accept-encoding'] ?? ''))
