// Reads folders, tags and pictures away from the main thread.
import { DatabaseSync } from 'node:sqlite'
import { keepPicture, makeThumbnail, storeArtwork, storeFolderArtwork } from '../artwork-store'
import { hashFile } from '../hash-file'
import { misreadTags } from '../tags/misread-tags'
import { readTrack, UnusableFile } from '../tags/read-track'
import { writeTags } from '../tags/write-tags'
import { serve } from '../worker-pool-side'
import type { ReaderRequest, ReadResult } from './protocol'
import { type FoundFile, reasonOf, walk } from './walk'

async function read(file: FoundFile, artworkFolder: string): Promise<ReadResult> {
  const { path } = file
  try {
    const { facts, picture } = await readTrack(path)
    const artwork =
      (picture && storeArtwork(artworkFolder, picture.data)) ??
      (file.picturePath && storeFolderArtwork(artworkFolder, file.picturePath))
    return { path, ok: true, facts, artwork: artwork || null }
  } catch (error) {
    return {
      path,
      ok: false,
      why: error instanceof UnusableFile ? error.message : `The file cannot be read: ${reasonOf(error)}`,
    }
  }
}

function checkpoint(databasePath: string): null {
  const db = new DatabaseSync(databasePath)
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)')
  } finally {
    db.close()
  }
  return null
}

serve<ReaderRequest>(async (request, part) => {
  switch (request.type) {
    case 'walk':
      for (const piece of walk(request.root, request.deep)) part(piece)
      return null
    case 'read': {
      const results: ReadResult[] = []
      for (const file of request.files) results.push(await read(file, request.artworkFolder))
      return results
    }
    case 'misread':
      return misreadTags(request.path)
    case 'hash':
      return hashFile(request.path)
    case 'thumbnail':
      return makeThumbnail(request.artworkFolder, request.name)
    case 'keepPicture':
      return keepPicture(request.artworkFolder, request.bytes)
    case 'writeTags':
      return writeTags(request)
    case 'checkpoint':
      return checkpoint(request.databasePath)
  }
})
