// Why a push does not run, in the words of an operator instead of ffmpeg's. Pure.

const troubles: [RegExp, string][] = [
  [
    /Failed to resolve hostname|Name or service not known|getaddrinfo/i,
    'The name of the server is not known: check the address, and whether this computer is online.',
  ],
  [/Connection refused/i, 'The server refuses the connection: it does not run, or it listens on another port.'],
  [/No route to host|Network is unreachable/i, 'There is no way to the server: check the network of this computer.'],
  [/\b401\b|Unauthorized|Authorization/i, 'The server does not accept the password.'],
  [/\b403\b|Forbidden/i, 'The server does not allow this: the mount is in use by another source, or the key is wrong.'],
  [/\b404\b|Not Found/i, 'The server does not know this address: check the part after its name.'],
  [
    /\b4\d\d\b.*(Bad Request|Client Error)|Server returned 4/i,
    'The server refuses the stream: check the address and the key.',
  ],
  [/Server returned 5|\b50\d\b/i, 'The server has an error of its own.'],
  [
    /NetStream\.Publish|Server error:/i,
    'The server refuses the stream: check the key, and that it is not in use elsewhere.',
  ],
  [/BADSECRET|passphrase|Incorrect passphrase/i, 'The server does not accept the passphrase.'],
  [/no progress for|not ready within/i, 'The server took nothing for 6 seconds.'],
  [/timed out|ETIMEDOUT|Connection setup failure/i, 'The server does not answer.'],
  [
    /handshake|certificate|\btls\b.*(error|alert)/i,
    'No encrypted connection comes about: check the address, its port, and that the server speaks TLS.',
  ],
  [
    /Broken pipe|Connection reset|End of file|Connection was broken|Error in the push function/i,
    'The server closed the connection.',
  ],
  [/was ended by SIG/i, 'Its process was ended from outside.'],
]

/**
 * @param said ffmpeg's last lines, oldest first
 * @param end what is known of the end of the process, without secrets
 */
export function pushTrouble(said: readonly string[], end: string | null): string | null {
  if (end === null) return null
  // The end knows of stalls and signals, of which ffmpeg itself says nothing.
  if (/no progress for|was ended by SIG/.test(end)) return wordsFor(end) ?? end
  const text = said.join('\n')
  return wordsFor(text) ?? wordsFor(end) ?? end
}

const wordsFor = (text: string): string | null => troubles.find(([pattern]) => pattern.test(text))?.[1] ?? null
