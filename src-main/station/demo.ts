// The demo station: our own music, a playlist in rotation and two idents, so that the first minute has sound.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '@contract/library'
import type { BuiltRooms } from './build-rooms'

const playlistName = 'Demo music'

/**
 * Asking again makes no second copy and no second playlist.
 * @returns the job of the import, and when the playlist is there as well
 */
export async function importDemo(
  { library, playlists }: Pick<BuiltRooms, 'library' | 'playlists'>,
  folder: string,
): Promise<{ job: Job; done: Promise<void> }> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.opus')).sort()
  const isIdent = (name: string) => name.startsWith('Station ident')
  const files = names.map((name) => ({
    path: join(folder, name),
    kind: isIdent(name) ? ('jingle' as const) : ('music' as const),
  }))
  const { job, trackIds } = library.adopt(files, playlistName)
  const done = trackIds.then(async (ids) => {
    const music = ids.filter((id) => library.track(id)?.kind === 'music')
    const lists = await playlists.list({})
    if (music.length === 0 || lists.some(({ name }) => name === playlistName)) return
    await playlists.create({
      name: playlistName,
      description: 'The music that comes with Wavedesk.',
      role: 'rotation',
      trackIds: music,
    })
  })
  return { job, done }
}
