// Serves the built renderer: a closed list of files read once at start, so no path of a request ever reaches the disk.
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export interface StaticFile {
  type: string
  /** File names with a hash in them never change. */
  immutable: boolean
  plain(): Buffer
  gzip(): Buffer | null
}

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** @returns the files below `folder` by URL path, e.g. `/assets/index-1a2b.js`; empty where nothing was built */
export function readStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>()
  let entries: string[] = []
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return files
  }
  for (const path of entries) {
    const type = types[extname(path)]
    if (!type) continue
    const plain = once(() => readFileSync(path))
    const compressible = !/^(image\/png|font)/.test(type)
    files.set(`/${relative(folder, path).split(sep).join('/')}`, {
      type,
      immutable: path.includes(`${sep}assets${sep}`),
      plain,
      gzip: once(() => (compressible ? gzipSync(plain()) : null)),
    })
  }
  return files
}

/** @returns the answer for `path`, or null where there is no such file */
export function serveStatic(
  files: ReadonlyMap<string, StaticFile>,
  path: string,
  acceptEncoding: string,
): Response | null {
  const file = files.get(path)
  if (!file) return null
  const packed = acceptEncoding.includes('gzip') ? file.gzip() : null
  const headers: Record<string, string> = {
    'content-type': file.type,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  }
  if (packed) headers['content-encoding'] = 'gzip'
  return new Response(new Uint8Array(packed ?? file.plain()), { headers })
}
