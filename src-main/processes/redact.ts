// Hides stream keys, passwords and tokens in anything that is logged, shown or sent. Used by every room through the door.

const hidden = '[hidden]'

const known = new Set<string>()

/**
 * Remembers a secret in this thread, so that `redact` finds it wherever it turns up.
 * @param value shorter than six characters is ignored: it would hide ordinary words
 */
export function protectSecret(value: string): void {
  if (value.length >= 6) known.add(value)
}

const patterns: [RegExp, string][] = [
  // user:password@ in any address
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, `$1${hidden}@`],
  // rtmp(s)://host/app/KEY: everything after the application's name
  [/\b(rtmp[a-z]*:\/\/[^\s/'"]+\/[^\s/'"]*\/)[^\s'"|]+/gi, `$1${hidden}`],
  // streamid=…, passphrase=…, token=…, key=… as query or option
  [
    /\b(streamid|passphrase|password|passwd|token|api[_-]?key|stream[_-]?key|secret|key|rtmp_playpath)=("[^"]*"|'[^']*'|[^\s&"',;|]+)/gi,
    `$1=${hidden}`,
  ],
  [/\b(Bearer\s+|Authorization["']?\s*[:=]\s*["']?(?:Basic|Bearer)\s+)[A-Za-z0-9+/=._~-]{6,}/gi, `$1${hidden}`],
]

/**
 * The text without its secrets: addresses with keys or passwords, bearer tokens, and every value given to `protectSecret`.
 * @param secrets further values to hide
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let result = text
  for (const secret of known) if (result.includes(secret)) result = result.replaceAll(secret, hidden)
  for (const secret of secrets) if (secret !== '' && result.includes(secret)) result = result.replaceAll(secret, hidden)
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement)
  return result
}
