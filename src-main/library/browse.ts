// Lists the folders of this computer, for choosing one on a server.
import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { StationError } from '@contract/errors'
import { checkedFolder } from './folders'
import { isAudioName } from './tags/container'

export interface Listing {
  path: string
  parent: string | null
  folders: { name: string; path: string }[]
  audioFiles: number
}

/**
 * @param path the home folder of the station's user unless given
 * @throws StationError `validation`, `not_found`, `forbidden`
 */
export async function browse(path?: string): Promise<Listing> {
  const folder = await checkedFolder(path || homedir())
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
    throw new StationError('forbidden', `The station may not read ${folder}.`)
  })
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => ({ name: entry.name, path: join(folder, entry.name) }))
    .sort((a, b) => a.name.localeCompare(b.name))
  const parent = dirname(folder)
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    folders: folders.slice(0, 2000),
    audioFiles: entries.filter((entry) => entry.isFile() && isAudioName(entry.name)).length,
  }
}
