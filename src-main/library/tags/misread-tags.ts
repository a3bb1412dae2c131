// Finds the tags of a file that were written in one character set and are read in another. Runs in the reader's worker threads.
import { cleanLine } from './clean-text'
import { recognise } from './container'
import { readTags, tagWindow } from './read-track'
import { repairText } from './text-repair'
import { WindowedFile } from './windowed-file'

export interface MisreadTag {
  field: 'title' | 'artist' | 'album' | 'genre' | 'composer' | 'label'
  /** As every other program shows it. */
  text: string
  /** As it was meant, and taken into the library. */
  meant: string
}

/** @throws UnusableFile or a system error */
export async function misreadTags(path: string): Promise<MisreadTag[]> {
  const file = new WindowedFile(path, tagWindow)
  try {
    const common = (await readTags(file, recognise(file)))?.common
    if (!common) return []
    const { title, artist, album, genre, composer, label } = common
    const texts = { title, artist, album, genre: genre?.[0], composer: composer?.[0], label: label?.[0] }
    return (Object.keys(texts) as MisreadTag['field'][]).flatMap((field) => {
      const given = texts[field]
      if (typeof given !== 'string') return []
      const text = cleanLine((given.split('\0')[0] as string).slice(0, 500))
      const meant = repairText(text)
      return meant === text || meant === '' ? [] : [{ field, text, meant }]
    })
  } finally {
    file.closeNow()
  }
}
