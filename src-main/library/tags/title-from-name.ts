// A sensible artist, title and track number from a file's name, for files without tags.

export interface NameParts {
  artist: string
  title: string
  trackNumber: number | null
}

/**
 * "01 - Artist - Title.mp3", "Artist_-_Title.ogg", "03. Title.flac" and the like.
 * A number alone is not taken off ("99 Luftballons", "1999") unless a sign or a leading zero shows that it counts tracks.
 * @param fileName with its extension, without folders
 * @returns a title that is never empty; an artist that may be
 */
export function partsOfFileName(fileName: string): NameParts {
  const bare = fileName.replace(/\.[A-Za-z0-9]{1,5}$/, '')
  const spaced = (bare.includes(' ') ? bare : bare.replaceAll('_', ' ')).replaceAll(/\s+/g, ' ').trim()
  const numbered =
    /^(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})(?=\s*[-–—._)]\s*\D|-\d?\D)|(0\d{1,2})(?=\s))[\s\-–—._)]*(.+)$/.exec(
      spaced,
    )
  const number = numbered?.[1] ?? numbered?.[2] ?? numbered?.[3] ?? numbered?.[4]
  const rest = numbered?.[5]?.trim() || spaced
  const pieces = splitOnDash(rest)
  const [artist, title] = pieces.length >= 2 ? [pieces[0] as string, pieces.slice(1).join(' - ')] : ['', rest]
  const laterNumber = /^(\d{1,3})\s*[-–—.]\s*(.+)$/.exec(title)
  if (artist !== '' && number === undefined && laterNumber) {
    return { artist, title: laterNumber[2] as string, trackNumber: Number(laterNumber[1]) }
  }
  return {
    artist,
    title: title === '' ? bare.trim() || fileName : title,
    trackNumber: number === undefined ? null : Number(number),
  }
}

/** Dashes with blanks around them part; where there are none, a single dash does if both sides are more than a word's half. */
function splitOnDash(text: string): string[] {
  return text
    .split(/\s+[-–—]+\s+/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
}
