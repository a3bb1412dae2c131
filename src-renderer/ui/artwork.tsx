// The cover of a track, or a drawn stand-in that is always the same for the same words.
import { IconMicrophone2, IconMusic, IconSpeakerphone } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './artwork.module.css'

export interface ArtworkProps {
  /** Null where the track has none. */
  url: string | null
  /** What the stand-in's colours come from: artist and title. */
  seed: string
  size: number
  kind?: string
}

const icons: Record<string, typeof IconMusic> = { live: IconMicrophone2, speech: IconSpeakerphone }

export function Artwork({ url, seed, size, kind = 'music' }: ArtworkProps) {
  const [broken, setBroken] = useState<string | null>(null)
  if (url && broken !== url) {
    return (
      <img
        className={classes.artwork}
        style={{ width: size, height: size }}
        src={url}
        alt=""
        onError={() => setBroken(url)}
      />
    )
  }
  const Picture = icons[kind] ?? IconMusic
  const hue = hueOf(seed)
  const background = `linear-gradient(135deg, hsl(${hue} 42% 26%), hsl(${(hue + 70) % 360} 38% 34%) 60%, hsl(${(hue + 130) % 360} 60% 56%))`
  return (
    <span className={classes.artwork} style={{ width: size, height: size, background }} aria-hidden="true">
      <Picture size={size * 0.4} stroke={1.5} />
    </span>
  )
}

/** @returns 0 to 359, the same for the same text. */
function hueOf(text: string): number {
  let hash = 7
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 36_000
  return hash % 360
}
