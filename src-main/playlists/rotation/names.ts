// What counts as the same artist, title or album: names taken apart, spellings folded. Pure rules, used by this room alone.
import { fold } from '../../library/catalogue/fold'

/** Whether a whole name is that of one artist, though it holds a separator: "Simon & Garfunkel". */
export type IsGroup = (name: string, parts: readonly string[], isWhole: boolean) => boolean

const guest = /\s*[([]?(?<![\p{L}\p{N}])(?:feat|ft|featuring)(?![\p{L}\p{N}])\.?\s*/iu
/** A name of one letter is written with an "x" as well, so blanks are needed around the words. */
const joint =
  /\s*;\s*|\s*,\s+|,(?=\S)|\s*\/\s*|\s+&\s+|\s+\+\s+|\s+vs?\.?\s+|\s+versus\s+|\s+[x×]\s+|\s+with\s+|\s+meets\s+|\s+pres(?:ents|\.)\s+/giu

/** Names that stand for nobody. */
const nobody = new Set([
  '',
  'va',
  'various',
  'various artists',
  'unknown',
  'unknown artist',
  'verschiedene interpreten',
])

/** @returns the key two spellings of a name share: without case, accents and a leading article; empty for nobody */
export function artistKey(name: string): string {
  const folded = fold(name)
  if (nobody.has(folded)) return ''
  return folded.replace(/^the (?=.)/, '')
}

/**
 * @param text as the tag has it: "A feat. B & C"
 * @returns the names in it, each once; empty where it names nobody
 */
export function artistNames(text: string, isGroup: IsGroup): string[] {
  const parts = text.split(guest).map((part) => part.replace(/[)\]]\s*$/, (sign) => (opens(part) ? sign : '')))
  const names = parts.flatMap((part) => jointNames(part.trim(), isGroup, parts.length === 1))
  const seen = new Set<string>()
  return names.filter((name) => {
    const key = artistKey(name)
    if (key === '' || seen.has(key)) return false
    seen.add(key)
    return true
  })
}

const opens = (text: string): boolean => /[([]/.test(text)

/** The longest runs of neighbours that are one artist stay together. */
function jointNames(text: string, isGroup: IsGroup, isWhole: boolean): string[] {
  const tokens: { from: number; to: number }[] = []
  let from = 0
  for (const match of text.matchAll(joint)) {
    tokens.push({ from, to: match.index })
    from = match.index + match[0].length
  }
  tokens.push({ from, to: text.length })
  if (tokens.length === 1 || tokens.length > 12) return tokens.map((token) => text.slice(token.from, token.to))
  const names: string[] = []
  for (let first = 0; first < tokens.length; ) {
    let last = tokens.length - 1
    for (; last > first; last -= 1) {
      const run = text.slice(tokens[first]!.from, tokens[last]!.to)
      const parts = tokens.slice(first, last + 1).map((token) => text.slice(token.from, token.to))
      if (isGroup(run, parts, isWhole && parts.length === tokens.length)) break
    }
    names.push(text.slice(tokens[first]!.from, tokens[last]!.to))
    first = last + 1
  }
  return names
}

const versionWords =
  'remaster(?:ed)?|live|version|edit|mix|remix(?:ed)?|demo|acoustic|unplugged|mono|stereo|instrumental|karaoke|extended|' +
  'bonus|deluxe|explicit|clean|re-?record(?:ed|ing)?|session|take|outtake|rehearsal|anniversary|feat|ft|featuring|with|' +
  'a cappella|acapella|radio|single|album|original|reprise|digital|recorded|soundtrack|from'
const bracketed = new RegExp(
  `\\s*[([{][^()\\[\\]{}]*(?<![\\p{L}\\p{N}])(?:${versionWords})(?![\\p{L}])[^()\\[\\]{}]*[)\\]}]`,
  'giu',
)
const afterDash = new RegExp(`\\s+[-–—]\\s+[^-–—]*(?<![\\p{L}\\p{N}])(?:${versionWords})(?![\\p{L}])[^-–—]*$`, 'iu')
const trailingGuest = /\s+(?:feat|ft|featuring)(?![\p{L}\p{N}])\.?\s.*$/iu

/** @returns the key a song's versions share: "Song (Remastered 2011)", "Song - Live"; empty for an untitled one */
export function titleKey(title: string): string {
  let text = title.replaceAll(bracketed, '')
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(afterDash, '')
  }
  return fold(text.replace(trailingGuest, '')) || fold(title)
}

const commonAlbums =
  /^(?:the )?(?:(?:very )?(?:best|greatest|biggest)|greatest hits|best of|hits|live|unplugged|singles?|gold|collection|essentials?|anthology|unknown(?: album)?)(?: hits| of| the best)?$/

/** @returns the key of an album; one whose name many share holds for its artist alone */
export function albumKey(album: string, artist: string): string {
  const key = fold(album)
  if (key === '' || key === 'unknown' || key === 'unknown album') return ''
  return commonAlbums.test(key) ? `${key}\u0001${artistKey(artist)}` : key
}

export const genreNames = (genre: string): string[] =>
  genre
    .split(/[;,|/]/)
    .map((name) => name.trim())
    .filter((name) => fold(name) !== '')

/** Groups whose names hold a separator; the station adds its own. */
export const knownGroups = [
  'AC/DC',
  'Alison Krauss & Union Station',
  'Angus & Julia Stone',
  'Ashford & Simpson',
  'Belle & Sebastian',
  'Big & Rich',
  'Blood, Sweat & Tears',
  'Bob Marley & The Wailers',
  'Booker T. & The M.G.’s',
  'Brooks & Dunn',
  'C & C Music Factory',
  'Captain & Tennille',
  'Chas & Dave',
  'Coheed & Cambria',
  'Crosby, Stills & Nash',
  'Crosby, Stills, Nash & Young',
  'Delaney & Bonnie',
  'Derek & The Dominos',
  'Earth, Wind & Fire',
  'Echo & The Bunnymen',
  'Emerson, Lake & Palmer',
  'England Dan & John Ford Coley',
  'Eric B. & Rakim',
  'Florence + The Machine',
  'Gerry & The Pacemakers',
  'Gladys Knight & The Pips',
  'Hall & Oates',
  'Daryl Hall & John Oates',
  'Hootie & The Blowfish',
  'Huey Lewis & The News',
  'Ike & Tina Turner',
  'Iron & Wine',
  'Joan Jett & The Blackhearts',
  'KC & The Sunshine Band',
  'Kool & The Gang',
  'Lilly Wood & The Prick',
  'Loggins & Messina',
  'Macklemore & Ryan Lewis',
  'Martha & The Vandellas',
  'Marina & The Diamonds',
  'Mumford & Sons',
  'Nick Cave & The Bad Seeds',
  'Of Monsters & Men',
  'Peaches & Herb',
  'Peter, Paul & Mary',
  'Peter Björn & John',
  'Prince & The Revolution',
  'Salt & Pepa',
  'Sam & Dave',
  'Seals & Crofts',
  'She & Him',
  'Simon & Garfunkel',
  'Siouxsie & The Banshees',
  'Sly & The Family Stone',
  'Smokey Robinson & The Miracles',
  'Sonny & Cher',
  'Tom Petty & The Heartbreakers',
  'Tones & I',
  'Tyler, The Creator',
  'Zager & Evans',
]
