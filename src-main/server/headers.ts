// Security headers of the studio. Mantine and wavesurfer inject styles; hls.js needs blobs.

/** @param listenOrigins origins the page may also fetch from: the listener plane, for the preview */
export const contentSecurityPolicy = (listenOrigins: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    `media-src 'self' blob: ${listenOrigins.join(' ')}`.trim(),
    "worker-src 'self' blob:",
    `connect-src 'self' ${listenOrigins.join(' ')}`.trim(),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(self)',
} as const
