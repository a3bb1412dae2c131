// Reads the request of a source client. libshout, BUTT, darkice and others write HTTP/1.0, HTTP/1.1 or ICE/1.0, some with
// bare line feeds; nothing stricter than needed is asked of them. Pure.

export interface SourceHead {
  method: 'PUT' | 'SOURCE'
  path: string
  protocol: string
  /** By their names in small letters; of several the first. */
  headers: ReadonlyMap<string, string>
  expectsContinue: boolean
  chunked: boolean
  /** Length of the head, its empty line included. */
  bytes: number
}

const mostHeaders = 100

/** @returns `more` while the empty line has not come, `broken` for what is no such request */
export function readSourceHead(bytes: Buffer): SourceHead | 'more' | 'broken' {
  const end = endOfHead(bytes)
  if (end < 0) return 'more'
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split(/\r?\n/)
  const [, method, target, protocol] = /^(PUT|SOURCE) +([\x21-\xff]+)(?: +((?:HTTP|ICE)\/\d\.\d))? *$/.exec(first) ?? []
  if (!method || !target) return 'broken'
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    if (headers.size >= mostHeaders) return 'broken'
    const name = line.slice(0, colon).trim().toLowerCase()
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return {
    method: method as SourceHead['method'],
    path: pathOf(target),
    protocol: protocol ?? 'HTTP/1.0',
    headers,
    expectsContinue: /\b100-continue\b/i.test(headers.get('expect') ?? ''),
    chunked: /\bchunked\b/i.test(headers.get('transfer-encoding') ?? ''),
    bytes: end,
  }
}

function endOfHead(bytes: Buffer): number {
  const long = bytes.indexOf('\r\n\r\n')
  const short = bytes.indexOf('\n\n')
  if (long < 0 && short < 0) return -1
  return short < 0 || (long >= 0 && long < short) ? long + 4 : short + 2
}

/** Without query, and without scheme and host where a client writes them. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/]*/i, '').split('?', 1)[0] ?? ''
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
