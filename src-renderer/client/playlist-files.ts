// Playlists as files: where one is fetched, and how one is sent.
import type { PlaylistFormat, PlaylistImport } from '@contract/playlist-files'
import { errorFrom } from './http'

export const playlistExportUrl = (id: number, format: PlaylistFormat, paths: 'absolute' | 'relative'): string =>
  `/api/playlists/${id}/export?format=${format}&paths=${paths}`

export const rehearsalExportUrl = (id: string, table: 'schedule' | 'tracks' | 'artists', timezone: string): string =>
  `/api/rotation/rehearse/${id}/export?table=${table}&timezone=${encodeURIComponent(timezone)}`

/** Sends a playlist file. @throws StationError with the station's own sentence */
export async function importPlaylistFile(
  file: File,
  options: { base?: string; folderId?: number | null },
): Promise<PlaylistImport> {
  const form = new FormData()
  if (options.base) form.append('base', options.base)
  if (options.folderId) form.append('folderId', `${options.folderId}`)
  form.append('file', file, file.name)
  const response = await fetch('/api/playlists/import', { method: 'POST', body: form })
  if (!response.ok) throw errorFrom(response.status, await response.text())
  return (await response.json()) as PlaylistImport
}
