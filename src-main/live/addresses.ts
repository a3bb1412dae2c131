// The RTMP addresses that are shown and handed out. Pure, but for asking the system which addresses it has.
import { networkInterfaces } from 'node:os'

const everywhere = new Set(['0.0.0.0', '::', '*'])

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** @returns the address as software elsewhere reaches it */
export const publicHost = (host: string): string => (everywhere.has(host) ? networkAddress() : host)

/** @returns rtmp://host:port as software elsewhere reaches it; a server on all addresses names one of the network */
export function publicBase(host: string, port: number): string {
  return `rtmp://${bracketed(publicHost(host))}:${port}`
}

/** @returns rtmp://host:port as this computer reaches it */
export function localBase(host: string, port: number): string {
  return `rtmp://${bracketed(everywhere.has(host) ? '127.0.0.1' : host)}:${port}`
}

function networkAddress(): string {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')
  return outside?.address ?? '127.0.0.1'
}
