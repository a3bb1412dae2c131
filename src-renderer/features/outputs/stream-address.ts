// Takes apart addresses that people paste into the destination forms. Pure.
import type { Destination } from '@contract/outputs'

export type DestinationKind = Destination['kind']

const schemes: Record<DestinationKind, string[]> = {
  telegram: ['rtmp:', 'rtmps:'],
  rtmp: ['rtmp:', 'rtmps:'],
  srt: ['srt:'],
  icecast: ['icecast:', 'icecasts:'],
}

/** The schemes an address of this kind may start with, for the hint beside the field. */
export const schemesOf = (kind: DestinationKind): string[] => schemes[kind].map((scheme) => `${scheme}//`)

export type AddressProblem = 'empty' | 'notAnAddress' | 'scheme' | 'noHost' | 'noMount'

/** What is wrong with a server address, or null. The engine checks again. */
export function addressProblem(kind: DestinationKind, text: string): AddressProblem | null {
  const trimmed = text.trim()
  if (trimmed === '') return 'empty'
  let url: URL
  try {
    url = new URL(trimmed)
  } catch {
    return 'notAnAddress'
  }
  if (!schemes[kind].includes(url.protocol)) return 'scheme'
  if (url.hostname === '') return 'noHost'
  if (kind === 'icecast' && url.pathname.length < 2) return 'noMount'
  return null
}

/**
 * People copy the whole publish address although two fields ask for server and key. Telegram's keys look like
 * `123456:AbC-dEf`, and its server ends in `/s/`: what follows is the key.
 * @returns server and key apart; key is null when the text holds none
 */
export function splitPasted(kind: DestinationKind, text: string): { serverUrl: string; streamKey: string | null } {
  const trimmed = text.trim()
  if (kind !== 'telegram') return { serverUrl: trimmed, streamKey: null }
  const match = /^(rtmps?:\/\/[^/\s]+\/s\/)(\S+)$/.exec(trimmed)
  if (!match) return { serverUrl: trimmed, streamKey: null }
  return { serverUrl: match[1] ?? trimmed, streamKey: match[2] ?? null }
}
