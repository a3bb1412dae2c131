// The sign of a kind of destination.
import { IconBrandTelegram, IconBroadcast, IconRadio, IconRoute } from '@tabler/icons-react'
import type { DestinationKind } from './stream-address'

export const kinds: DestinationKind[] = ['telegram', 'rtmp', 'srt', 'icecast']
const icons = { telegram: IconBrandTelegram, rtmp: IconBroadcast, srt: IconRoute, icecast: IconRadio }

export function KindIcon({ kind, size = 18 }: { kind: DestinationKind; size?: number }) {
  const Picture = icons[kind]
  return <Picture size={size} stroke={1.6} aria-hidden="true" />
}
