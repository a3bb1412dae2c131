// What the location of an entry may mean as a file: paths of this computer, of another one, URLs, and what is no file at all.
import { posix, win32 } from 'node:path'

export interface Place {
  /** What it may be as a whole, the likeliest first. */
  paths: string[]
  /** Its parts, folders first, the likeliest reading of each kind; for files that lie elsewhere here. */
  parts: string[][]
  kind: 'file' | 'elsewhere' | 'nested'
}

const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/
const drive = /^[A-Za-z]:(?=[\\/])/
const playlistEnding = /\.(?:m3u8?|pls|xspf|asx|wpl|cue|zpl)$/i
const mostPaths = 24

/**
 * @param locations readings of one location
 * @param base folder that relative paths start from; empty where it is not known
 */
export function placeOf(locations: readonly string[], base: string): Place {
  const paths = new Set<string>()
  const parts: string[][] = []
  let kind: Place['kind'] = 'file'
  for (const location of locations) {
    const url = schemeOf(location)
    if (url !== null && url !== 'file') {
      kind = 'elsewhere'
      continue
    }
    const given = url === 'file' ? pathsOfUrl(location) : pathsOf(location)
    for (const path of given) {
      if (path === '' || path.includes('\0')) continue
      if (paths.size < mostPaths) for (const whole of wholePaths(path, base)) paths.add(whole)
      for (const cut of [...(mayBeSign(path) ? [partsOf(path, /\//)] : []), partsOf(path, /[/\\]/)]) {
        if (cut.length > 0) parts.push(cut)
      }
    }
  }
  const name = parts[0]?.at(-1) ?? ''
  if (parts.length > 0) kind = playlistEnding.test(name) ? 'nested' : 'file'
  return { paths: [...paths], parts: distinct(parts), kind }
}

/** @returns null for a path, drive letters among them */
function schemeOf(location: string): string | null {
  if (drive.test(location)) return null
  const found = scheme.exec(location)?.[1]?.toLowerCase() ?? null
  // "Artist: Title.mp3" is a name; an address goes on with slashes, or is one of the few that do not.
  if (found === null || found === 'file') return found
  return location.slice(found.length + 1).startsWith('//') || ['data', 'spotify', 'urn', 'mailto'].includes(found)
    ? found
    : null
}

/** As it stands, and with %20 and the like read. */
function pathsOf(location: string): string[] {
  const read = percentRead(location)
  return read === location ? [location] : [location, ...percentReadings(location)]
}

function pathsOfUrl(location: string): string[] {
  const rest = location.slice(location.indexOf(':') + 1)
  const [, host = '', path = ''] = /^\/\/([^/\\]*)(.*)$/s.exec(rest) ?? ['', '', rest]
  const own = host === '' || host.toLowerCase() === 'localhost'
  // file:///C:/Music has its drive behind a slash; file://C:/Music is written too.
  const whole = own ? path : drive.test(`${host}`) ? host + path : `//${host}${path}`
  const plain = /^[/\\][A-Za-z]:[/\\]/.test(whole) ? whole.slice(1) : whole
  return [...percentReadings(plain), plain]
}

/** Percent signs that stand for bytes, which may be UTF-8 or of an old character set. */
function percentReadings(text: string): string[] {
  const read = percentRead(text)
  if (!read.includes('\ufffd')) return [read]
  const latin = percentRead(text, 'windows-1252')
  return [read, latin, percentRead(text, 'windows-1251')]
}

function percentRead(text: string, set = 'utf-8'): string {
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
    return new TextDecoder(set, { ignoreBOM: true }).decode(bytes)
  })
}

function wholePaths(path: string, base: string): string[] {
  if (drive.test(path) || path.startsWith('\\\\')) return [path, win32.normalize(path)]
  if (path.startsWith('/')) return [path, posix.normalize(path)]
  if (base === '') return []
  const slashed = path.replaceAll('\\', '/')
  return [...new Set([posix.resolve(base, path), posix.resolve(base, slashed), win32.resolve(base, path)])]
}

/** A backslash parts folders elsewhere, and is a sign like any other in names of this computer. */
const mayBeSign = (path: string) => path.includes('\\') && !drive.test(path) && !path.startsWith('\\\\')

/** Folders and the name; a drive's letter is none. */
function partsOf(path: string, slashes: RegExp): string[] {
  const parts: string[] = []
  for (const part of path.replace(drive, '').split(slashes)) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts
}

function distinct(all: string[][]): string[][] {
  const seen = new Map(all.map((parts) => [parts.join('/'), parts]))
  return [...seen.values()].slice(0, mostPaths)
}
