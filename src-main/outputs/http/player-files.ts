// The listeners' page and its assets, from the built renderer. Names outside a fixed pattern do not reach the disk.
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { guestPath } from '@contract/sound-link'
import { acceptsGzip, type Exchange, reply, replyError } from './exchange'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}
const asset = /^\/assets\/[A-Za-z0-9_][A-Za-z0-9._-]{0,150}$/
/** A guest's own address, and the files of pages as seen from theirs. */
const guestPage = new RegExp(`^${guestPath}[A-Za-z0-9]{8,64}$`)
const pageAsset = new RegExp(`^(?:${guestPath}|/list/)(?=assets/)`)
const loose = /^\/(?:favicon\.(?:ico|svg|png)|icon[A-Za-z0-9-]{0,30}\.(?:png|svg)|[a-z]{1,30}\.webmanifest)$/

/** hls.js plays through blobs and works in a worker made from one; Mantine and others put styles into the page. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self' data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

const pageHeaders = {
  'Content-Security-Policy': pagePolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
}
const mostCachedBytes = 8 * 1024 * 1024

interface CachedFile {
  bytes: Buffer
  packed: Buffer | null
}

export class PlayerFiles {
  private readonly cache = new Map<string, CachedFile>()
  private cachedBytes = 0

  /** @param folder the renderer's built files: player.html and assets/ */
  constructor(private readonly folder: string) {}

  /** @returns false when the path is none of the page's */
  async serve(exchange: Exchange): Promise<boolean> {
    const path = exchange.path.replace(pageAsset, '/')
    const guest = guestPage.test(path)
    const page = guest || path === '/' || path === '/player.html'
    if (!page && !asset.test(path) && !loose.test(path)) return false
    const name = guest ? 'guest.html' : page ? 'player.html' : path.slice(1)
    const file = await this.load(name)
    if (!file && page) {
      replyError(exchange, 503, 'unavailable', 'The player page has not been built; the streams work.')
      return true
    }
    if (!file) return false
    const headers: Record<string, string> = {
      ...pageHeaders,
      ...(guest && { 'Permissions-Policy': 'camera=(), microphone=(self), geolocation=()', 'X-Robots-Tag': 'noindex' }),
      'Content-Type': types[extname(name)] ?? 'application/octet-stream',
      // Names of assets hold a hash of what is in them.
      'Cache-Control': asset.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
    }
    if (!file.packed || !acceptsGzip(exchange.request)) reply(exchange, 200, headers, file.bytes)
    else reply(exchange, 200, { ...headers, 'Content-Encoding': 'gzip' }, file.packed)
    return true
  }

  /** @returns a built page as text, or null when there is none */
  async text(name: string): Promise<string | null> {
    return (await this.load(name))?.bytes.toString('utf8') ?? null
  }

  private async load(name: string): Promise<CachedFile | null> {
    const cached = this.cache.get(name)
    if (cached) return cached
    try {
      const bytes = await readFile(join(this.folder, name))
      const worthPacking = /\.(?:html|js|css|svg|json|webmanifest)$/.test(name) && bytes.length > 500
      const file = { bytes, packed: worthPacking ? gzipSync(bytes) : null }
      this.cachedBytes += bytes.length
      if (this.cachedBytes < mostCachedBytes) this.cache.set(name, file)
      return file
    } catch {
      return null
    }
  }
}
