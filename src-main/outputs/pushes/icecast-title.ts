// Icecast learns titles of MP3 and AAC streams by a call of its own; Opus would carry them in the stream.
const timeoutMs = 5000

/**
 * @param target as ffmpeg is given it: icecast://user:password@host:port/mount
 * @throws where the server cannot be reached or refuses
 */
export async function tellIcecastTitle(target: string, title: string): Promise<void> {
  const url = new URL(target.replace(/^icecast:/, 'http:'))
  const call = new URL(`http://${url.host}/admin/metadata`)
  call.search = new URLSearchParams({ mode: 'updinfo', mount: url.pathname, song: title, charset: 'UTF-8' }).toString()
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const response = await fetch(call, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}`, 'user-agent': 'Wavedesk' },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  })
  await response.body?.cancel()
  if (!response.ok) throw new Error(`The server answered ${response.status}.`)
}
