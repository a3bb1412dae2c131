// How a publish address is given to OBS, which asks for "Server" and "Stream key" apart. Pure.

/** @throws TypeError when the address is none. */
export function obsFields(publishUrl: string): { server: string; streamKey: string } {
  const end = publishUrl.lastIndexOf('/')
  if (end < 'rtmp://x'.length || end === publishUrl.length - 1) {
    throw new TypeError('A publish address has a server and a stream key.')
  }
  return { server: publishUrl.slice(0, end), streamKey: publishUrl.slice(end + 1) }
}

/** The command that publishes a file or the microphone with ffmpeg, for people who use it. */
export function ffmpegCommand(publishUrl: string): string {
  return `ffmpeg -re -i show.mp3 -vn -c:a aac -b:a 160k -ar 48000 -f flv "${publishUrl}"`
}

/** The same as a source client, on the port of the listeners. */
export function clientCommand(host: string, port: number, mount: string, key: string): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `ffmpeg -re -i show.mp3 -vn -c:a libmp3lame -b:a 192k -content_type audio/mpeg -f mp3 "icecast://source:${key}@${name}:${port}${mount}"`
}

/** True when only this computer can reach the address. */
export function isLocalOnly(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || host.startsWith('127.')
}
